//! Faults that were asked for: which, where, how often.

mod board;
mod play;
mod spoil;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(super) use board::FaultBoard;
pub(super) use play::play;

/// Where faults can be asked for and requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Endpoint {
    Authorize,
    AccessToken,
    RefreshToken,
    Userinfo,
    Auth,
    StableToken,
}

impl Endpoint {
    pub(super) const ALL: [Self; 6] = [
        Self::Authorize,
        Self::AccessToken,
        Self::RefreshToken,
        Self::Userinfo,
        Self::Auth,
        Self::StableToken,
    ];

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Authorize => "/connect/oauth2/authorize",
            Self::AccessToken => "/sns/oauth2/access_token",
            Self::RefreshToken => "/sns/oauth2/refresh_token",
            Self::Userinfo => "/sns/userinfo",
            Self::Auth => "/sns/auth",
            Self::StableToken => "/cgi-bin/stable_token",
        }
    }

    fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path)
    }
}

/// Before the first byte, or in the middle of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum At {
    Start,
    Body,
}

/// How an answer is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Garbage {
    Html,
    Empty,
    Huge,
    InvalidUtf8,
    NotJson,
    NoOpenid,
    OtherOpenid,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Trouble {
    Delay { ms: u64 },
    Errcode { errcode: i64, errmsg: Option<String> },
    Cut { at: At },
    Garbage { body: Garbage },
    Down,
    Hang { at: At },
}

impl Trouble {
    fn name(&self) -> &'static str {
        match self {
            Self::Delay { .. } => "delay",
            Self::Errcode { .. } => "errcode",
            Self::Cut { .. } => "cut",
            Self::Garbage { .. } => "garbage",
            Self::Down => "down",
            Self::Hang { .. } => "hang",
        }
    }
}

/// A fault as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Request")]
pub(super) struct Fault {
    #[serde(flatten)]
    trouble: Trouble,
    /// A wait before it, in milliseconds.
    delay_ms: u64,
    /// How many requests still meet it; without a number all do.
    times: Option<u32>,
}

impl Fault {
    fn delay(&self) -> Duration {
        let own = if let Trouble::Delay { ms } = self.trouble {
            ms
        } else {
            0
        };
        Duration::from_millis(self.delay_ms.saturating_add(own))
    }
}

/// The wire form: flat, so that a misspelt key is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    kind: String,
    ms: Option<u64>,
    errcode: Option<i64>,
    errmsg: Option<String>,
    at: Option<At>,
    body: Option<Garbage>,
    #[serde(default)]
    delay_ms: u64,
    times: Option<u32>,
}

impl TryFrom<Request> for Fault {
    type Error = String;

    fn try_from(request: Request) -> Result<Self, String> {
        if request.times == Some(0) {
            return Err("times is 1 or more".into());
        }
        let Request {
            kind,
            ms,
            errcode,
            errmsg,
            at,
            body,
            delay_ms,
            times,
        } = request;
        let trouble = match (kind.as_str(), ms, errcode, at, body) {
            ("delay", Some(ms), None, None, None) => Trouble::Delay { ms },
            ("errcode", None, Some(errcode), None, None) => Trouble::Errcode { errcode, errmsg },
            ("cut", None, None, at, None) => Trouble::Cut {
                at: at.unwrap_or(At::Body),
            },
            ("garbage", None, None, None, Some(body)) => Trouble::Garbage { body },
            ("down", None, None, None, None) => Trouble::Down,
            ("hang", None, None, at, None) => Trouble::Hang {
                at: at.unwrap_or(At::Start),
            },
            _ => return Err(format!("{kind} is no fault, or its fields do not fit it")),
        };
        Ok(Self {
            trouble,
            delay_ms,
            times,
        })
    }
}

/// One fault or several, played one after the other.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Faults {
    Several(Vec<Fault>),
    One(Fault),
}

impl From<Faults> for Vec<Fault> {
    fn from(faults: Faults) -> Self {
        match faults {
            Faults::Several(faults) => faults,
            Faults::One(fault) => vec![fault],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Result<Fault, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_misspelt_fault_is_refused() {
        for json in [
            r#"{"kind":"delay"}"#,
            r#"{"kind":"delay","ms":1,"time":1}"#,
            r#"{"kind":"down","ms":1}"#,
            r#"{"kind":"down","times":0}"#,
            r#"{"kind":"garbage","body":"nonsense"}"#,
            r#"{"kind":"nonsense"}"#,
        ] {
            assert!(fault(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_delay_goes_with_any_fault() {
        assert_eq!(
            fault(r#"{"kind":"down","delay_ms":30}"#).unwrap().delay(),
            Duration::from_millis(30)
        );
        assert_eq!(
            fault(r#"{"kind":"delay","ms":30}"#).unwrap().delay(),
            Duration::from_millis(30)
        );
    }
}
