//! Faults that are injected into the requests of an endpoint.

mod queue;
mod request;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use queue::FaultQueue;
pub use request::OneOrMore;

/// When the fault happens: before the first byte of the response, or in the middle of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    Start,
    Body,
}

/// How a response is corrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garbage {
    Html,
    Empty,
    Huge,
    InvalidUtf8,
    NotJson,
    NoOpenid,
    OtherOpenid,
    Svg,
    TextType,
    JsonAsPicture,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    Delay { ms: u64 },
    Errcode { errcode: i64, errmsg: Option<String> },
    Cut { at: At },
    Garbage { body: Garbage },
    Down,
    Hang { at: At },
    Redirect { to: String },
}

impl FaultKind {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Delay { .. } => "delay",
            Self::Errcode { .. } => "errcode",
            Self::Cut { .. } => "cut",
            Self::Garbage { .. } => "garbage",
            Self::Down => "down",
            Self::Hang { .. } => "hang",
            Self::Redirect { .. } => "redirect",
        }
    }
}

/// A fault in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "request::FaultRequest")]
pub struct Fault {
    #[serde(flatten)]
    pub kind: FaultKind,
    /// The wait before it, in milliseconds.
    delay_ms: u64,
    /// How many more requests get it; `None`: all.
    times: Option<u32>,
}

impl Fault {
    /// The wait before the fault, plus the delay itself if the fault is one.
    pub fn delay(&self) -> Duration {
        let own_ms = match self.kind {
            FaultKind::Delay { ms } => ms,
            _ => 0,
        };
        Duration::from_millis(self.delay_ms.saturating_add(own_ms))
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
