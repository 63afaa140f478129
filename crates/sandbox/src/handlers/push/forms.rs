//! The forms of the page at `/push`.

use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::{fan_action::FanAction, push::PushMode, push_sender::SendOptions};

/// By how much the form's stale timestamp is off: an hour ago.
const STALE_SECONDS: i64 = -3600;

/// A form; a field that is empty counts as missing.
pub struct Form(Map<String, Value>);

impl Form {
    pub fn read(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body).filter(|(_, value)| !value.trim().is_empty());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into())).collect())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// What the fan does.
    ///
    /// # Errors
    ///
    /// What is missing.
    pub fn action(self) -> Result<FanAction, String> {
        serde_json::from_value(self.0.into()).map_err(|error| error.to_string())
    }

    /// `text` or the name of an event.
    pub fn kind(&self) -> &str {
        self.text("kind").unwrap_or("text")
    }

    /// The text, or the key of an event.
    pub fn value(&self) -> &str {
        self.text("value").unwrap_or_default()
    }

    /// How the push departs from what the platform does.
    pub fn options(&self) -> SendOptions {
        let mode = match self.text("mode") {
            Some("plain") => Some(PushMode::Plain),
            Some("compatible") => Some(PushMode::Compatible),
            Some("safe") => Some(PushMode::Safe),
            _ => None,
        };
        SendOptions {
            mode,
            timestamp_offset: self.text("stale").map_or(0, |_| STALE_SECONDS),
            wrong_signature: self.text("wrong_signature").is_some(),
            copies: self.text("copies").and_then(|copies| copies.parse().ok()),
            same_nonce: self.text("same_nonce").is_some(),
            ..SendOptions::default()
        }
    }
}
