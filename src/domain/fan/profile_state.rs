use super::FansProfile;
use crate::domain::{ProfileErasure, Timestamp};

/// Whether a fan's nickname and avatar are there, and whether they may be fetched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileState {
    /// As the platform last sent them.
    Fetched,
    /// The platform cleaned them, so they were emptied. They are fetched at the next login.
    Cleared,
    /// The fan withdrew them, so they were emptied. Only a new consent brings them back.
    Withdrawn,
}

impl FansProfile {
    /// Does to this copy what `why` does to the row.
    pub fn clear_profile(&mut self, why: ProfileErasure, now: Timestamp) {
        self.profile.nickname.clear();
        self.profile.avatar_url.clear();
        self.avatar = None;
        self.profile_cleared_at = Some(now);
        self.profile_refreshed_at = match why {
            ProfileErasure::Cleaned => self.profile_refreshed_at.min(now.plus_seconds(-1)),
            ProfileErasure::Withdrawn => now,
        };
    }

    /// The state, by the times in the row: a profile that is withdrawn counts as fetched at the moment of the withdrawal.
    pub fn profile_state(&self) -> ProfileState {
        match self.profile_cleared_at {
            None => ProfileState::Fetched,
            Some(cleared_at) if self.profile_refreshed_at < cleared_at => ProfileState::Cleared,
            Some(_) => ProfileState::Withdrawn,
        }
    }
}
