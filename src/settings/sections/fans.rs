use crate::settings::{fault::Violation, loader::Section};

/// `fans.*`: how fans are kept.
#[derive(Debug, Clone)]
pub struct FansSettings {
    /// A profile older than this many days is fetched again in the background of a silent login; 0: at every one.
    pub refresh_after_days: u32,
    /// What becomes of fans who stop to follow.
    pub on_unsubscribe: OnUnsubscribe,
    /// Where they are forgotten: days after which they are, unless they come back; 0: within a minute.
    pub forget_after_days: u32,
}

/// What becomes of fans who stop to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnsubscribe {
    /// They stay.
    Keep,
    /// They are erased after a while.
    Forget,
}

impl FansSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let refresh_after_days = section.number("refresh_after_days", 0..=3650);
        let on_unsubscribe = section.text("on_unsubscribe", on_unsubscribe);
        let forget_after_days = section.number("forget_after_days", 0..=3650);
        Some(Self {
            refresh_after_days: refresh_after_days?,
            on_unsubscribe: on_unsubscribe?,
            forget_after_days: forget_after_days?,
        })
    }

    /// Days after which fans who stopped to follow are forgotten. None: they are kept.
    pub fn forget_unfollowed_after_days(&self) -> Option<u32> {
        match self.on_unsubscribe {
            OnUnsubscribe::Keep => None,
            OnUnsubscribe::Forget => Some(self.forget_after_days),
        }
    }
}

fn on_unsubscribe(text: &str) -> Result<OnUnsubscribe, Violation> {
    match text {
        "keep" => Ok(OnUnsubscribe::Keep),
        "forget" => Ok(OnUnsubscribe::Forget),
        _ => Err(Violation::not_accepted(text, "write keep or forget")),
    }
}
