//! Jobs: work that happens later, once for all replicas.

use std::{fmt, sync::Arc};

use uuid::Uuid;

use super::{Clock, Malformed, Random, Timestamp};

/// The key of a job's row: a UUIDv7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(Uuid);

impl JobId {
    /// A new id; later ids sort after earlier ones.
    pub fn generate(clock: &Clock, random: &Random) -> Self {
        let millis = u64::try_from(clock.now_precise().as_millis()).unwrap_or(u64::MAX);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()).into_uuid())
    }

    /// The UUID itself.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = |_| Malformed {
            what: "the job id",
            expected: "a UUID",
        };
        Uuid::try_parse(text).map(Self).map_err(malformed)
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// What a job does. `src/jobs/` has a file for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Erases what is kept of a fan besides the row.
    EraseFan,
    /// Completes the erasure of a fan's nickname and avatar.
    EraseProfile,
    /// Completes the erasure of a fan's photos.
    ErasePhotos,
    /// Forgets fans who stopped to follow, where the settings say so.
    ForgetUnfollowed,
    /// Removes session revocations that have expired.
    PurgeRevocations,
    /// Closes the days that are over, and removes the counts of old ones.
    CloseDay,
    /// Gives new rows of the audit log their place in its chain.
    ChainAuditLog,
    /// Removes rows of the audit log that are old.
    PurgeAuditLog,
    /// Renews the account's token and ticket before their end.
    RenewAccountTokens,
    /// Passes a push on to a target.
    ForwardPush,
    /// Tells a target of an erased fan.
    ForwardErasure,
    /// Drops what waited for a target for more than a day.
    DropOldForwards,
    /// Removes receipts of pushes that have expired.
    PurgePushes,
    /// Copies a fan's avatar from the platform.
    CopyAvatar,
    /// Removes the objects of an upload that was not completed.
    RemoveUnnamedObjects,
    /// Removes the objects of photos that were removed, and then their rows.
    RemovePhotos,
}

impl JobKind {
    /// Every kind that this version knows.
    pub const ALL: [Self; 16] = [
        Self::EraseFan,
        Self::EraseProfile,
        Self::ErasePhotos,
        Self::ForgetUnfollowed,
        Self::PurgeRevocations,
        Self::CloseDay,
        Self::ChainAuditLog,
        Self::PurgeAuditLog,
        Self::RenewAccountTokens,
        Self::ForwardPush,
        Self::ForwardErasure,
        Self::DropOldForwards,
        Self::PurgePushes,
        Self::CopyAvatar,
        Self::RemoveUnnamedObjects,
        Self::RemovePhotos,
    ];

    /// The kind in the table, in metrics and in commands. It must stay.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EraseFan => "erase_fan",
            Self::EraseProfile => "erase_profile",
            Self::ErasePhotos => "erase_photos",
            Self::ForgetUnfollowed => "forget_unfollowed",
            Self::PurgeRevocations => "purge_revocations",
            Self::CloseDay => "close_day",
            Self::ChainAuditLog => "chain_audit_log",
            Self::PurgeAuditLog => "purge_audit_log",
            Self::RenewAccountTokens => "renew_account_tokens",
            Self::ForwardPush => "forward_push",
            Self::ForwardErasure => "forward_erasure",
            Self::DropOldForwards => "drop_old_forwards",
            Self::PurgePushes => "purge_pushes",
            Self::CopyAvatar => "copy_avatar",
            Self::RemoveUnnamedObjects => "remove_unnamed_objects",
            Self::RemovePhotos => "remove_photos",
        }
    }

    /// The kind of this name. None: a newer version's.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Seconds from one run to the next. None: the job runs once.
    pub const fn repeats_after(self) -> Option<i64> {
        match self {
            Self::EraseFan
            | Self::EraseProfile
            | Self::ErasePhotos
            | Self::ForwardPush
            | Self::ForwardErasure
            | Self::CopyAvatar
            | Self::RemoveUnnamedObjects
            | Self::RemovePhotos => None,
            Self::ForgetUnfollowed
            | Self::PurgeRevocations
            | Self::ChainAuditLog
            | Self::RenewAccountTokens
            | Self::PurgePushes => Some(60),
            Self::CloseDay | Self::DropOldForwards => Some(10 * 60),
            Self::PurgeAuditLog => Some(3600),
        }
    }
}

/// Jobs that are taken one after the other, apart from those of other lanes: a target that hangs holds up nobody else.
/// Clones share the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobLane {
    /// The jobs without a target.
    Common,
    /// The jobs of one target.
    Target(Arc<str>),
}

/// A job to add.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// The key of its row.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// Whom it is about: a fan's id or a keyed hash. An erasure drops a fan's jobs by it.
    pub subject: Option<String>,
    /// The queue that it belongs to. A queue holds a bounded number of jobs, and each for a day.
    pub target: Option<String>,
    /// Of several jobs with the same kind and name only the first is added.
    pub name: Option<String>,
    /// For the job's own file to read. One that holds a message is sealed by the caller. No openid, no nickname.
    pub payload: String,
    /// Not before this.
    pub run_at: Timestamp,
    /// The present moment.
    pub now: Timestamp,
}

/// A job that this process works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The key of its row.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// Whom it is about.
    pub subject: Option<String>,
    /// The queue that it belongs to.
    pub target: Option<String>,
    /// As it was added.
    pub payload: String,
    /// Counts from 1. An attempt whose process died counts as well.
    pub attempt: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_and_one_of_a_newer_version_is_not_known() {
        for kind in JobKind::ALL {
            assert_eq!(JobKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(JobKind::parse("made_up"), None);
    }
}
