//! The audit log in the database: chaining, verifying, reading and purging it. Rows are written where the acts are.

mod operator_log;
mod verify;

pub use operator_log::OperatorLog;
pub use verify::{AuditVerification, ChainFinding};

use crate::{
    audit,
    domain::{ChainPoint, Clock, StoredAudit},
    repositories::{AuditLogRepository, AuditPeriod, Database, RepositoryError, Transaction},
    services::ServiceError,
};

/// Rows that one transaction chains or purges. Both take some milliseconds then.
const BATCH_ROWS: u16 = 200;
/// Rows per query of an export.
const PAGE_ROWS: u16 = 1000;
const DAY_SECONDS: i64 = 24 * 3600;

/// A row is not what the chain says, so nothing is purged that could still show it.
#[derive(Debug, thiserror::Error)]
#[error("the chain is broken, so nothing is purged: `fanpass audit verify` says where")]
struct BrokenChain;

/// The job of the purge is tried again and again, and fails each time until somebody looks.
fn log_broken(error: &RepositoryError) {
    if let RepositoryError::Corrupt(source) = error
        && source.is::<BrokenChain>()
    {
        tracing::error!("the audit log is not as it was chained");
    }
}

/// The point of `row`, if its content is what was chained after `from`.
fn follow(from: ChainPoint, row: &StoredAudit) -> Result<ChainPoint, RepositoryError> {
    let point = from.followed_by(&row.record);
    let is_sound = row.point() == Some(point);
    is_sound
        .then_some(point)
        .ok_or_else(|| RepositoryError::Corrupt(BrokenChain.into()))
}

/// The audit log of one account.
#[derive(Debug, Clone)]
pub struct AuditTrail {
    database: Database,
    repository: AuditLogRepository,
    clock: Clock,
    keep_days: u16,
}

impl AuditTrail {
    /// The audit log in `repository`, whose rows are kept for `keep_days`.
    pub fn new(database: Database, repository: AuditLogRepository, clock: Clock, keep_days: u16) -> Self {
        Self {
            database,
            repository,
            clock,
            keep_days,
        }
    }

    /// Chains the rows that have no place yet, in the order of their ids, and returns how many. Logs the new head: where
    /// the log is collected, it is known outside the database.
    ///
    /// # Errors
    /// [`RepositoryError::Conflict`] if another process chained rows at the same moment; nothing is wrong then.
    pub async fn chain(&self) -> Result<u64, RepositoryError> {
        let mut chained = 0;
        loop {
            let (rows, head) = self.chain_batch().await?;
            if rows > 0 {
                audit::chained(self.repository.app_id(), head);
            }
            chained += rows;
            if rows < u64::from(BATCH_ROWS) {
                return Ok(chained);
            }
        }
    }

    async fn chain_batch(&self) -> Result<(u64, ChainPoint), RepositoryError> {
        let repository = self.repository.clone();
        let work = move |tx: &mut Transaction<'_>| {
            let from = repository.chain_in(tx)?.head;
            let rows = repository.unchained(tx, BATCH_ROWS)?;
            let mut head = from;
            for row in &rows {
                let next = head.followed_by(&row.record);
                repository.place(tx, row.record.id, head, next)?;
                head = next;
            }
            if head != from {
                repository.move_head(tx, from, head)?;
            }
            Ok((u64::try_from(rows.len()).unwrap_or(u64::MAX), head))
        };
        self.database.transaction(work).await
    }

    /// Removes the chained rows that are older than `audit.keep_days`, and returns how many. The place and hash of the last
    /// one stay, so that the rest can be verified.
    ///
    /// # Errors
    /// [`RepositoryError::Conflict`] if another process purges at the same moment; nothing is wrong then.
    pub async fn purge(&self) -> Result<usize, RepositoryError> {
        let mut purged = 0;
        loop {
            let rows = self.purge_batch().await.inspect_err(log_broken)?;
            purged += rows;
            if rows < usize::from(BATCH_ROWS) {
                return Ok(purged);
            }
        }
    }

    async fn purge_batch(&self) -> Result<usize, RepositoryError> {
        let repository = self.repository.clone();
        let limit = self.clock.now().plus_seconds(-i64::from(self.keep_days) * DAY_SECONDS);
        let work = move |tx: &mut Transaction<'_>| {
            let from = repository.chain_in(tx)?.purged;
            let rows = repository.chained_in(tx, from.position, BATCH_ROWS)?;
            // The first row that is young enough stays, and with it all after it.
            let mut old = rows.iter().take_while(|row| row.record.at < limit);
            let to = old.try_fold(from, follow)?;
            if to == from {
                return Ok((0, to));
            }
            Ok((repository.purge(tx, from, to)?, to))
        };
        let (rows, to) = self.database.transaction(work).await?;
        if rows > 0 {
            audit::purged(self.repository.app_id(), to);
        }
        Ok(rows)
    }

    /// The next rows of a period after the id `after`, in the order of their ids. An empty page means the end.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn page(&self, period: AuditPeriod, after: i64) -> Result<Vec<StoredAudit>, ServiceError> {
        Ok(self.repository.page(period, after, PAGE_ROWS).await?)
    }
}
