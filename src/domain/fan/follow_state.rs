use crate::domain::Timestamp;

/// Whether a fan follows the account, as the platform last said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowState {
    /// None: not known.
    pub subscribed: Option<bool>,
    /// When they last began to follow.
    pub subscribed_at: Option<Timestamp>,
    /// How they came, in the platform's words, such as `ADD_SCENE_QR_CODE`.
    pub subscribe_scene: Option<String>,
    /// When they stopped to follow, or when that was found out. None for those who follow or were never known to.
    pub unsubscribed_at: Option<Timestamp>,
}

/// What a push of the platform says of whether a fan follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowEvent {
    /// They began to follow.
    Subscribed {
        /// As in [`FollowState::subscribe_scene`], where the push says it.
        scene: Option<String>,
    },
    /// They did what only those do who follow.
    Seen,
    /// They stopped to follow.
    Unsubscribed,
}
