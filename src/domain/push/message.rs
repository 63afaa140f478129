use serde::{Deserialize, Serialize};

use super::PushKind;
use crate::domain::{OpenId, Timestamp};

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PushValue {
    /// A text; numbers as they were written.
    Text(String),
    /// Fields within the field, in their order. A name may occur more than once.
    Fields(Vec<(String, PushValue)>),
}

/// An opened push: its fields, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushMessage {
    /// The fields by the platform's names.
    pub fields: Vec<(String, PushValue)>,
}

impl PushMessage {
    /// The first field of this name that is a text. Names are compared without case and without blanks around them: the
    /// platform's own samples differ in both.
    pub fn text(&self, name: &str) -> Option<&str> {
        let mut texts = self.fields.iter().filter_map(|(field, value)| match value {
            PushValue::Text(text) => Some((field, text)),
            PushValue::Fields(_) => None,
        });
        let is_it = |field: &str| field.trim().eq_ignore_ascii_case(name);
        texts.find(|(field, _)| is_it(field)).map(|(_, text)| text.as_str())
    }

    /// As [`Self::text`], without blanks around it. None if nothing is left.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.text(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// What the push is. None: it does not say.
    pub fn kind(&self) -> Option<PushKind> {
        let message_type = self.word("MsgType")?.to_ascii_lowercase();
        if message_type != "event" {
            return Some(PushKind::Message(message_type));
        }
        let event = self.word("Event")?.to_ascii_lowercase();
        Some(PushKind::Event(event))
    }

    /// The account's original id (`gh_…`), to which a reply comes from.
    pub fn to(&self) -> Option<&str> {
        self.word("ToUserName")
    }

    /// Who sent it: the fan, or the platform itself for changes of an authorization.
    pub fn sender(&self) -> Option<OpenId> {
        OpenId::parse(self.word("FromUserName")?).ok()
    }

    /// When it was sent, by the platform's clock.
    pub fn create_time(&self) -> Option<Timestamp> {
        let seconds = self.word("CreateTime")?.parse().ok()?;
        Some(Timestamp::from_unix_seconds(seconds))
    }

    /// The scene of the QR code by which a fan came, for `subscribe` and `SCAN`.
    pub fn scene(&self) -> Option<&str> {
        let key = self.word("EventKey")?;
        let scene = key.strip_prefix("qrscene_").unwrap_or(key);
        Some(scene).filter(|scene| !scene.is_empty())
    }

    /// What tells this push from others, and not from itself when the platform tries again (消息排重): `MsgId`, or for an event
    /// the sender, the time, the event, and its key. Changes of an authorization have one sender for all fans, so theirs also
    /// count whom they concern.
    pub fn identity(&self) -> String {
        if let (Some(PushKind::Message(_)), Some(id)) = (self.kind(), self.word("MsgId")) {
            return format!("message\n{id}");
        }
        let names = [
            "FromUserName",
            "CreateTime",
            "MsgType",
            "Event",
            "EventKey",
            "OpenID",
            "RevokeInfo",
            "MsgId",
        ];
        let parts = names.map(|name| self.word(name).unwrap_or_default());
        format!("event\n{}", parts.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(fields: &[(&str, &str)]) -> PushMessage {
        let field = |(name, text): &(&str, &str)| ((*name).to_owned(), PushValue::Text((*text).to_owned()));
        PushMessage {
            fields: fields.iter().map(field).collect(),
        }
    }

    #[test]
    fn fields_are_found_in_any_case_and_with_blanks_around() {
        let push = message(&[(" openid", " oMadeUp \n"), ("MsgType", "Event"), ("EVENT", "SCAN")]);
        assert_eq!(push.word("OpenID"), Some("oMadeUp"));
        assert_eq!(push.kind(), Some(PushKind::Event("scan".to_owned())));
        assert_eq!(message(&[("MsgType", "event")]).kind(), None);
        assert_eq!(
            message(&[("MsgType", "text")]).kind(),
            Some(PushKind::Message("text".to_owned()))
        );
    }

    #[test]
    fn a_push_keeps_its_identity_and_others_have_another() {
        let follow = [
            ("FromUserName", "o1"),
            ("CreateTime", "7"),
            ("MsgType", "event"),
            ("Event", "subscribe"),
        ];
        let mut unfollow = follow;
        unfollow[3].1 = "unsubscribe";
        assert_ne!(message(&follow).identity(), message(&unfollow).identity());
        let text = |id, content| message(&[("MsgType", "text"), ("MsgId", id), ("Content", content)]).identity();
        assert_eq!(text("12", "a"), text("12", "b"));
        assert_ne!(text("12", "a"), text("13", "a"));
    }

    #[test]
    fn the_scene_stands_behind_its_prefix() {
        assert_eq!(message(&[("EventKey", "qrscene_shop-7")]).scene(), Some("shop-7"));
        assert_eq!(message(&[("EventKey", "shop-7")]).scene(), Some("shop-7"));
        assert_eq!(message(&[("EventKey", "qrscene_")]).scene(), None);
        assert_eq!(message(&[]).scene(), None);
    }
}
