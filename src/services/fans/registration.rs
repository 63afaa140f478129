//! Storing a fan who consented, unless the consent is older than an erasure of the fan.

use crate::{
    domain::{ErasedSince, FanId, FansProfile, OpenIdHash, SessionGeneration},
    repositories::{
        AccountSecretsRepository, ErasureReceiptsRepository, FansRepository, NewFan, RepositoryError, SecretUse,
        Transaction,
    },
    services::{
        avatars::{add_copy, needs_copy},
        jobs::Jobs,
        photos::{Upload, removal_job},
    },
};

/// Registers the fans of one account.
#[derive(Clone)]
pub struct Registrations {
    /// The rows.
    pub fans: FansRepository,
    /// The erasures that were asked for.
    pub receipts: ErasureReceiptsRepository,
    /// The secret under which receipts hold openids.
    pub secrets: AccountSecretsRepository,
    /// Copies the avatars.
    pub jobs: Jobs,
}

/// The fan was erased after the login had begun.
#[derive(Debug, thiserror::Error)]
#[error("the fan was erased after this login began")]
struct Outdated;

impl Registrations {
    /// Stores a fan whose login began at `begun_ms` since 1970. None: an erasure was asked for since, so a new consent is
    /// needed, and nothing is stored. If only nickname and avatar were to be erased since, they are stored empty.
    ///
    /// The receipts are read after the row is written. An erasure that comes at the same moment either waits for the row and
    /// removes it, or is waited for, and its receipt is found.
    ///
    /// # Errors
    /// [`RepositoryError`].
    #[tracing::instrument(name = "database.fans.register", level = "debug", skip_all)]
    pub async fn register(
        &self,
        fan: NewFan,
        begun_ms: i64,
    ) -> Result<Option<(FansProfile, SessionGeneration)>, RepositoryError> {
        let Self {
            fans,
            receipts,
            secrets,
            jobs,
        } = self.clone();
        let work = move |tx: &mut Transaction<'_>| {
            let mut added = Vec::new();
            let before = fans.stored_avatar(tx, &fan.profile.openid)?;
            let (mut stored, generation) = fans.upsert(tx, &fan)?;
            // Without a secret no fan was ever erased.
            let secret = secrets.find(tx, SecretUse::ErasureReceipts)?;
            let hash = secret.and_then(|secret| OpenIdHash::new(&secret, &fan.profile.openid));
            let erased = hash.map_or(Ok(ErasedSince::Nothing), |hash| {
                receipts.erased_since(tx, &hash, begun_ms)
            })?;
            match erased {
                ErasedSince::Fan => return Err(RepositoryError::Conflict(Outdated.into())),
                ErasedSince::Profile(why) => {
                    if let Some(copy) = fans.clear_profile(tx, stored.id, why, fan.now)? {
                        let removal = removal_job(&jobs, Upload::ReplacedAvatar(copy))?;
                        added.push(jobs.repository().add(tx, &removal)?);
                    }
                    stored.clear_profile(why, fan.now);
                }
                ErasedSince::Nothing => {}
            }
            let url_before = before.map(|avatar| avatar.url).unwrap_or_default();
            if needs_copy(&stored.profile.avatar_url, &url_before, stored.avatar) {
                added.push(add_copy(&jobs, tx, stored.id)?);
            }
            Ok((stored, generation, added))
        };
        match self.fans.database().transaction(work).await {
            Err(RepositoryError::Conflict(source)) if source.is::<Outdated>() => Ok(None),
            outcome => {
                let (stored, generation, added) = outcome?;
                for added in added {
                    self.jobs.note_added(added);
                }
                Ok(Some((stored, generation)))
            }
        }
    }

    /// The fan's row as it is by now. None: it is gone.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn find(&self, fan: FanId) -> Result<Option<FansProfile>, RepositoryError> {
        self.fans.find(fan).await
    }
}
