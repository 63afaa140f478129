use super::{AvatarId, FanId};

/// The copy of a fan's avatar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Avatar {
    /// Whose it is.
    pub fan: FanId,
    /// Which version.
    pub id: AvatarId,
}
