use super::{effect::Effect, replies::FanAct};
use crate::domain::{FollowEvent, OpenId, PushKind, PushMessage};

/// A push that is understood.
#[derive(Debug, Clone)]
pub(super) struct Understood {
    pub(super) message: PushMessage,
    pub(super) kind: PushKind,
    /// Who sent it. None: it is malformed, in an event that names the fan otherwise.
    pub(super) sender: Option<OpenId>,
    /// The account's original id.
    pub(super) to: Option<String>,
    pub(super) effect: Option<Effect>,
}

impl Understood {
    /// What it says of whether the fan follows.
    pub(super) fn follow(&self) -> Option<FollowEvent> {
        match &self.effect {
            Some(Effect::Follow(_, event)) => Some(event.clone()),
            _ => None,
        }
    }

    /// Whether the sender is the platform itself, and no fan.
    pub(super) fn is_from_platform(&self) -> bool {
        matches!(&self.kind, PushKind::Event(event) if event.starts_with("user_authorization_") || event == "user_info_modified")
    }

    /// What the fan did, if a rule may reply to it.
    pub(super) fn act(&self) -> Option<FanAct<'_>> {
        FanAct::of(&self.message)
    }
}
