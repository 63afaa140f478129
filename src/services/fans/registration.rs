//! Storing a fan who consented, unless the consent is older than an erasure of the fan.

use crate::{
    domain::{FansProfile, OpenIdHash, SessionGeneration},
    repositories::{
        AccountSecretsRepository, ErasureReceiptsRepository, FansRepository, NewFan, RepositoryError, SecretUse,
        Transaction,
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
}

/// The fan was erased after the login had begun.
#[derive(Debug, thiserror::Error)]
#[error("the fan was erased after this login began")]
struct ErasedSince;

impl Registrations {
    /// Stores a fan whose login began at `begun_ms` since 1970. None: an erasure was asked for since, so a new consent is
    /// needed, and nothing is stored.
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
        } = self.clone();
        let work = move |tx: &mut Transaction<'_>| {
            let stored = fans.upsert(tx, &fan)?;
            // Without a secret no fan was ever erased.
            let secret = secrets.find(tx, SecretUse::ErasureReceipts)?;
            let hash = secret.and_then(|secret| OpenIdHash::new(&secret, &fan.profile.openid));
            match hash {
                Some(hash) if receipts.is_erased_since(tx, &hash, begun_ms)? => {
                    Err(RepositoryError::Conflict(ErasedSince.into()))
                }
                _ => Ok(stored),
            }
        };
        match self.fans.database().transaction(work).await {
            Err(RepositoryError::Conflict(source)) if source.is::<ErasedSince>() => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Whether the fan's row is still there.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn is_registered(&self, fan: &FansProfile) -> Result<bool, RepositoryError> {
        Ok(self.fans.find(fan.id).await?.is_some())
    }
}
