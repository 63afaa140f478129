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
}
