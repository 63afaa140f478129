//! The table `account_secrets`: secrets that an account makes for itself, once.

use diesel::prelude::*;

use super::{
    AnyConnection, Database, RepositoryError, Transaction, connection::insert_unless_present, schema::account_secrets,
    time::to_column,
};
use crate::domain::{AppId, Random, Timestamp};

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretUse {
    /// Hashes the openids in the receipts of erasures.
    ErasureReceipts,
    /// The keys under which each application has its own name for a fan.
    PairwiseSubjects,
    /// The addresses of avatars.
    Avatars,
}

impl SecretUse {
    const fn name(self) -> &'static str {
        match self {
            Self::ErasureReceipts => "erasure_receipts",
            Self::PairwiseSubjects => "pairwise_subjects",
            Self::Avatars => "avatars",
        }
    }
}

/// The secrets of one account. No key seals them: keys are replaced, and these must stay what they are.
#[derive(Debug, Clone)]
pub struct AccountSecretsRepository {
    app_id: AppId,
}

impl AccountSecretsRepository {
    /// The secrets of `app_id`.
    pub fn new(app_id: AppId) -> Self {
        Self { app_id }
    }

    /// The secret, if it was ever needed.
    pub fn find(&self, tx: &mut Transaction<'_>, usage: SecretUse) -> Result<Option<Vec<u8>>, RepositoryError> {
        find(tx.connection(), self.app_id.as_str(), usage)
    }

    /// As [`Self::find`], without a transaction.
    pub async fn read(&self, database: &Database, usage: SecretUse) -> Result<Option<Vec<u8>>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| find(connection, &app_id, usage);
        database.run_repeatable(query).await
    }

    /// The secret. If there is none, one is made; of several processes one makes it.
    pub fn find_or_make(
        &self,
        tx: &mut Transaction<'_>,
        usage: SecretUse,
        random: &Random,
        now: Timestamp,
    ) -> Result<Vec<u8>, RepositoryError> {
        let (connection, app_id) = (tx.connection(), self.app_id.as_str());
        if let Some(secret) = find(connection, app_id, usage)? {
            return Ok(secret);
        }
        let row = (
            account_secrets::app_id.eq(app_id),
            account_secrets::name.eq(usage.name()),
            account_secrets::secret.eq(hex::encode(random.bytes::<32>())),
            account_secrets::created_at.eq(to_column(now)?),
        );
        let _is_ours = insert_unless_present!(connection, account_secrets::table, &row)?;
        find(connection, app_id, usage)?.ok_or_else(|| RepositoryError::other("the account's secret was not stored"))
    }
}

fn find(connection: &mut AnyConnection, app_id: &str, usage: SecretUse) -> Result<Option<Vec<u8>>, RepositoryError> {
    let row = account_secrets::table.find((app_id, usage.name()));
    let secret: Option<String> = row.select(account_secrets::secret).first(connection).optional()?;
    secret
        .map(|secret| hex::decode(secret).map_err(RepositoryError::corrupt))
        .transpose()
}
