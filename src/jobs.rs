//! The runner of jobs, and a file for each kind. It runs on a thread of its own.
//!
//! A job is done at least once: a process may die after the work and before it is recorded. So every kind is written such
//! that another run does no harm.

mod chain_audit_log;
mod close_day;
mod copy_avatar;
mod drop_old_forwards;
mod erase_fan;
mod erase_photos;
mod erase_profile;
mod forget_unfollowed;
mod forward_push;
mod purge_audit_log;
mod purge_pushes;
mod purge_revocations;
mod remove_photos;
mod remove_unnamed_objects;
mod renew_account_tokens;
mod runner;

pub use runner::{JobRunner, Phase};

use crate::{
    domain::{Job, JobKind},
    services::{
        account_tokens::AccountTokens,
        audit_trail::AuditTrail,
        avatars::AvatarCopies,
        daily_counts::DailyCountsUpkeep,
        fans::{Erasure, UnfollowedFans},
        jobs::{Finished, JobFailure, Jobs},
        photos::{PhotoRemoval, UnnamedObjects},
        push::{PushPurge, forward::ForwardSender},
        sessions::RevocationPurge,
    },
};

/// What the kinds of jobs work with.
pub struct Handlers {
    /// The account's token and ticket.
    pub account_tokens: AccountTokens,
    /// Erases fans.
    pub erasure: Erasure,
    /// Forgets fans who unfollowed.
    pub unfollowed: UnfollowedFans,
    /// Removes expired session revocations.
    pub revocation_purge: RevocationPurge,
    /// Removes old receipts of pushes.
    pub push_purge: PushPurge,
    /// Closes days.
    pub daily_counts: DailyCountsUpkeep,
    /// Chains and purges the audit log.
    pub audit_trail: AuditTrail,
    /// Passes pushes on.
    pub forward: ForwardSender,
    /// Removes the objects of removed photos.
    pub photo_removal: PhotoRemoval,
    /// Removes objects that no row names.
    pub unnamed_objects: UnnamedObjects,
    /// Copies avatars.
    pub avatar_copies: AvatarCopies,
    /// Drops what waited too long for a target.
    pub jobs: Jobs,
}

impl Handlers {
    /// Does the work of a job.
    ///
    /// # Errors
    /// [`JobFailure`]: it is tried again later.
    async fn run(&self, job: &Job) -> Result<Finished, JobFailure> {
        match job.kind {
            JobKind::EraseFan => erase_fan::run(&self.erasure, job).await,
            JobKind::ErasePhotos => erase_photos::run(&self.erasure, job).await,
            JobKind::EraseProfile => erase_profile::run(&self.erasure, job).await,
            JobKind::ForgetUnfollowed => forget_unfollowed::run(&self.unfollowed).await,
            JobKind::PurgeRevocations => purge_revocations::run(&self.revocation_purge).await,
            JobKind::CloseDay => close_day::run(&self.daily_counts).await,
            JobKind::ChainAuditLog => chain_audit_log::run(&self.audit_trail).await,
            JobKind::RenewAccountTokens => renew_account_tokens::run(&self.account_tokens).await,
            JobKind::ForwardPush | JobKind::ForwardErasure => forward_push::run(&self.forward, job).await,
            JobKind::DropOldForwards => drop_old_forwards::run(&self.jobs).await,
            JobKind::PurgePushes => purge_pushes::run(&self.push_purge).await,
            JobKind::CopyAvatar => copy_avatar::run(&self.avatar_copies, job).await,
            JobKind::RemovePhotos => remove_photos::run(&self.photo_removal).await,
            JobKind::RemoveUnnamedObjects => remove_unnamed_objects::run(&self.unnamed_objects, job).await,
            JobKind::PurgeAuditLog => purge_audit_log::run(&self.audit_trail).await,
        }
    }
}
