use std::fmt;

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

impl FanAct<'_> {
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
