//! Where pushes of the platform are passed on to: the operator's other systems.

use std::{fmt, sync::Arc};

use url::Url;

use super::{ApplicationId, Malformed};

/// The longest name of a target, in bytes. Together with a prefix it is a job's target, of 64 at most.
const MAX_NAME: usize = 32;

/// The event by which a target is told that a fan was erased. It is ours, not the platform's, so a filter must name it.
pub const FAN_ERASED: &str = "fan.erased";

/// Stands for every message, or every event of the platform.
const ANY: &str = "*";

/// The name of a target. Clones share the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ForwardName(Arc<str>);

impl ForwardName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`Malformed`] if it is not a small letter and then small letters, digits or hyphens, 32 at most.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let is_right = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        let has_form = text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(is_right);
        if has_form && text.len() <= MAX_NAME {
            return Ok(Self(text.into()));
        }
        Err(Malformed {
            what: "the name of a target",
            expected: "a small letter, then small letters, digits or hyphens, 32 at most",
        })
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ForwardName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// In which form a target gets a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardFormat {
    /// JSON with our signature.
    Json,
    /// The platform's own envelope, signed and sealed with the target's own Token and key.
    WeChat,
}

/// What a target wants to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardFilter {
    messages: Arc<[String]>,
    events: Arc<[String]>,
}

impl ForwardFilter {
    /// `messages` and `events` as the settings name them: names in any case, `*` for all of the platform's. Where neither is
    /// given, the target gets everything that the platform sends.
    pub fn new(messages: Option<Vec<String>>, events: Option<Vec<String>>) -> Self {
        let any = || vec![ANY.to_owned()];
        let (messages, events) = match (messages, events) {
            (None, None) => (any(), any()),
            (messages, events) => (messages.unwrap_or_default(), events.unwrap_or_default()),
        };
        Self {
            messages: messages.into(),
            events: events.into(),
        }
    }

    /// Whether the target wants messages of this `MsgType`.
    pub fn wants_message(&self, message: &str) -> bool {
        has(&self.messages, message, true)
    }

    /// Whether the target wants this event of the platform.
    pub fn wants_event(&self, event: &str) -> bool {
        // A push may claim to be what only we send.
        !event.eq_ignore_ascii_case(FAN_ERASED) && has(&self.events, event, true)
    }

    /// Whether the target is told of erased fans.
    pub fn wants_erasures(&self) -> bool {
        has(&self.events, FAN_ERASED, false)
    }

    /// Whether the target gets anything that the platform sends.
    pub fn wants_pushes(&self) -> bool {
        let is_ours = |name: &String| name.eq_ignore_ascii_case(FAN_ERASED);
        !self.messages.is_empty() || !self.events.iter().all(is_ours)
    }
}

fn has(names: &[String], name: &str, by_any: bool) -> bool {
    names
        .iter()
        .any(|wanted| wanted.eq_ignore_ascii_case(name) || (by_any && wanted == ANY))
}

/// One of the operator's systems that pushes are passed on to.
#[derive(Debug, Clone)]
pub struct ForwardTarget {
    /// Its name: of its secrets, its queue and its metrics.
    pub name: ForwardName,
    /// Where pushes are posted to.
    pub url: Url,
    /// What it wants to have.
    pub filter: ForwardFilter,
    /// Whether what it answers is what the fan gets.
    pub answers: bool,
    /// In which form it gets a push.
    pub format: ForwardFormat,
    /// Whether its address may be one of this machine or of an own network.
    pub is_private: bool,
    /// The application by whose names for fans it is told of erasures.
    pub app: Option<ApplicationId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Option<Vec<String>> {
        Some(names.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn without_a_filter_a_target_gets_what_the_platform_sends_and_nothing_of_ours() {
        let filter = ForwardFilter::new(None, None);
        assert!(filter.wants_message("text") && filter.wants_event("CLICK") && filter.wants_pushes());
        assert!(!filter.wants_erasures() && !filter.wants_event("fan.erased"));
    }

    #[test]
    fn a_filter_names_messages_and_events_in_any_case() {
        let filter = ForwardFilter::new(names(&["Text"]), names(&["subscribe", "SCAN"]));
        assert!(filter.wants_message("text") && !filter.wants_message("image"));
        assert!(filter.wants_event("Subscribe") && filter.wants_event("scan") && !filter.wants_event("unsubscribe"));
        let events = ForwardFilter::new(None, names(&["*"]));
        assert!(!events.wants_message("text") && events.wants_event("anything"));
        let messages = ForwardFilter::new(names(&["*"]), None);
        assert!(messages.wants_message("voice") && !messages.wants_event("CLICK"));
    }

    #[test]
    fn erasures_must_be_named_and_a_push_cannot_claim_to_be_one() {
        let all = ForwardFilter::new(None, names(&["*", "Fan.Erased"]));
        assert!(all.wants_erasures() && all.wants_pushes() && !all.wants_event("FAN.ERASED"));
        let erasures = ForwardFilter::new(None, names(&["fan.erased"]));
        assert!(erasures.wants_erasures() && !erasures.wants_pushes() && !erasures.wants_event("fan.erased"));
    }

    #[test]
    fn a_name_is_small_letters_digits_and_hyphens() {
        for name in ["crm", "a", "bot-2"] {
            assert_eq!(ForwardName::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "Crm", "2crm", "-crm", "my_crm", "机器人", &"a".repeat(33)] {
            assert!(ForwardName::parse(name).is_err(), "{name}");
        }
    }
}
