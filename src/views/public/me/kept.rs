use serde::Serialize;

use crate::texts::text_id;

/// The words for what one room of the registry of what is kept of a fan (`domain/erasure.rs`) keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct KeptWords {
    /// The room's name in the registry.
    #[serde(skip)]
    pub room: &'static str,
    /// The id of the text that says what it is.
    pub what: &'static str,
    /// The id of the text that says why it is kept, and for how long.
    pub why: &'static str,
}

macro_rules! words {
    ($($room:literal, $what:expr, $why:expr;)*) => {
        &[$(KeptWords { room: $room, what: $what, why: $why }),*]
    };
}

/// Every room, in the order of what a fan asks about first.
pub(super) const KEPT: &[KeptWords] = words! {
    "fans", text_id("me-fans-what"), text_id("me-fans-why");
    "avatars", text_id("me-avatars-what"), text_id("me-avatars-why");
    "photos", text_id("me-photos-what"), text_id("me-photos-why");
    "web_tokens", text_id("me-web-tokens-what"), text_id("me-web-tokens-why");
    "login", text_id("me-login-what"), text_id("me-login-why");
    "sessions", text_id("me-sessions-what"), text_id("me-sessions-why");
    "push_receipts", text_id("me-push-receipts-what"), text_id("me-push-receipts-why");
    "jobs", text_id("me-jobs-what"), text_id("me-jobs-why");
    "audit_log", text_id("me-audit-log-what"), text_id("me-audit-log-why");
    "erasure", text_id("me-erasure-what"), text_id("me-erasure-why");
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::KEEPS;

    #[test]
    fn each_room_that_keeps_something_of_a_fan_has_words_and_no_other_has() {
        let kept: BTreeSet<&str> = KEEPS.iter().map(|keeps| keeps.room).collect();
        let said: BTreeSet<&str> = KEPT.iter().map(|words| words.room).collect();
        assert_eq!(said, kept, "write down what the room keeps, why, and for how long");
        assert_eq!(said.len(), KEPT.len());
    }
}
