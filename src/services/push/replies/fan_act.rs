use std::fmt;

use crate::domain::{PushKind, PushMessage};

/// The events of buttons that have a key in the menu. `view` and `view_miniprogram` are none: those carry a link, and the
/// platform shows no reply to them.
const MENU_EVENTS: [&str; 7] = [
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
];

/// What a fan did, as far as a rule may reply to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FanAct<'a> {
    /// Followed the account, perhaps by a QR code with this scene.
    Followed(Option<&'a str>),
    /// Wrote this.
    Wrote(&'a str),
    /// Sent something else: a picture, a voice message, a place.
    Sent,
    /// Tapped the button with this key in the menu.
    Tapped(&'a str),
}

impl<'a> FanAct<'a> {
    /// What a push tells. `None`: nothing that a rule could reply to.
    pub fn of(push: &'a PushMessage) -> Option<Self> {
        match push.kind()? {
            PushKind::Message(kind) if kind == "text" => Some(Self::Wrote(push.text("Content").unwrap_or_default())),
            PushKind::Message(_) => Some(Self::Sent),
            PushKind::Event(event) if event == "subscribe" => Some(Self::Followed(push.scene())),
            PushKind::Event(event) if MENU_EVENTS.contains(&event.as_str()) => push.word("EventKey").map(Self::Tapped),
            PushKind::Event(_) => None,
        }
    }

    /// Whether it is a message. The default rule replies to these, and to no event: there are events, such as a place that is
    /// reported every five seconds, after which nobody expects anything.
    pub fn is_message(&self) -> bool {
        matches!(self, Self::Wrote(_) | Self::Sent)
    }
}

impl fmt::Display for FanAct<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Followed(None) => write!(formatter, "a fan follows"),
            Self::Followed(Some(scene)) => write!(formatter, "a fan follows by the QR code {scene:?}"),
            Self::Wrote(text) => write!(formatter, "a fan writes {text:?}"),
            Self::Sent => write!(formatter, "a fan sends something that is no text"),
            Self::Tapped(key) => write!(formatter, "a fan taps {key:?} in the menu"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PushValue;

    fn push(fields: &[(&str, &str)]) -> PushMessage {
        let field = |(name, text): &(&str, &str)| ((*name).to_owned(), PushValue::Text((*text).to_owned()));
        PushMessage {
            fields: fields.iter().map(field).collect(),
        }
    }

    #[test]
    fn messages_follows_and_taps_may_be_replied_to_and_other_events_not() {
        let event = |name, key| push(&[("MsgType", "event"), ("Event", name), ("EventKey", key)]);
        let writes = push(&[("MsgType", "text"), ("Content", " hi ")]);
        assert_eq!(FanAct::of(&writes), Some(FanAct::Wrote(" hi ")));
        assert_eq!(FanAct::of(&push(&[("MsgType", "text")])), Some(FanAct::Wrote("")));
        assert_eq!(FanAct::of(&push(&[("MsgType", "voice")])), Some(FanAct::Sent));
        let follows = [("", None), ("qrscene_shop-7", Some("shop-7"))];
        for (key, scene) in follows {
            assert_eq!(FanAct::of(&event("subscribe", key)), Some(FanAct::Followed(scene)));
        }
        for name in ["CLICK", "scancode_waitmsg", "location_select"] {
            assert_eq!(FanAct::of(&event(name, "book")), Some(FanAct::Tapped("book")), "{name}");
        }
        for name in [
            "SCAN",
            "unsubscribe",
            "LOCATION",
            "VIEW",
            "view_miniprogram",
            "user_authorization_revoke",
            "",
        ] {
            assert_eq!(FanAct::of(&event(name, "book")), None, "{name}");
        }
        assert_eq!(FanAct::of(&event("CLICK", "")), None);
        assert_eq!(FanAct::of(&push(&[])), None);
    }
}
