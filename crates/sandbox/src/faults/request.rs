//! Faults as the control API takes them.

use serde::Deserialize;

use super::{At, Fault, FaultKind, Garbage};

/// The fields of all kinds in one struct, so that a misspelt key is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultRequest {
    kind: String,
    ms: Option<u64>,
    errcode: Option<i64>,
    errmsg: Option<String>,
    at: Option<At>,
    body: Option<Garbage>,
    to: Option<String>,
    #[serde(default)]
    delay_ms: u64,
    times: Option<u32>,
}

impl TryFrom<FaultRequest> for Fault {
    type Error = String;

    fn try_from(request: FaultRequest) -> Result<Self, String> {
        let FaultRequest {
            kind,
            ms,
            errcode,
            errmsg,
            at,
            body,
            to,
            delay_ms,
            times,
        } = request;
        if times == Some(0) {
            return Err("times is 1 or more".into());
        }
        if let ("redirect", None, None, None, None, Some(to)) = (kind.as_str(), ms, errcode, at, body, &to) {
            let kind = FaultKind::Redirect { to: to.clone() };
            return Ok(Self { kind, delay_ms, times });
        }
        let kind = match (kind.as_str(), ms, errcode, at, body) {
            _ if to.is_some() => return Err(format!("`to` does not fit {kind}")),
            ("delay", Some(ms), None, None, None) => FaultKind::Delay { ms },
            ("errcode", None, Some(errcode), None, None) => FaultKind::Errcode { errcode, errmsg },
            ("cut", None, None, at, None) => FaultKind::Cut {
                at: at.unwrap_or(At::Body),
            },
            ("garbage", None, None, None, Some(body)) => FaultKind::Garbage { body },
            ("down", None, None, None, None) => FaultKind::Down,
            ("hang", None, None, at, None) => FaultKind::Hang {
                at: at.unwrap_or(At::Start),
            },
            _ => return Err(format!("{kind} is no fault, or its fields do not fit it")),
        };
        Ok(Self { kind, delay_ms, times })
    }
}

/// One fault, or several that are injected one after another.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    More(Vec<Fault>),
    One(Fault),
}

impl From<OneOrMore> for Vec<Fault> {
    fn from(faults: OneOrMore) -> Self {
        match faults {
            OneOrMore::More(faults) => faults,
            OneOrMore::One(fault) => vec![fault],
        }
    }
}
