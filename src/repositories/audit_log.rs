mod chain;
mod row;

use diesel::prelude::*;

use self::row::{AuditRow, NewAuditRow};
use super::{AnyConnection, Database, RepositoryError, Transaction, schema::audit_log, time::to_column};
use crate::domain::{AppId, AuditEntry, FanId, StoredAudit, Timestamp};

pub use self::chain::ChainState;

/// The audit log of one account: the table `audit_log`, and how far it is chained in `audit_chain`.
///
/// A row is written in the transaction of the act. A job chains rows later, so that writers never wait for each other.
#[derive(Debug, Clone)]
pub struct AuditLogRepository {
    database: Database,
    app_id: AppId,
}

/// Which rows to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditPeriod {
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

impl AuditLogRepository {
    /// The audit log of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// The account whose acts these are.
    pub const fn app_id(&self) -> &AppId {
        &self.app_id
    }

    /// Adds a row in the transaction of the act that it describes.
    ///
    /// # Errors
    /// [`RepositoryError`]. Then the act must not happen either.
    pub fn add(&self, tx: &mut Transaction<'_>, entry: &AuditEntry) -> Result<(), RepositoryError> {
        let row = NewAuditRow::new(self.app_id.as_str(), entry)?;
        diesel::insert_into(audit_log::table)
            .values(&row)
            .execute(tx.connection())?;
        Ok(())
    }

    /// At most `limit` rows about a fan after the id `after`, in the order of their ids.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn of_fan(&self, fan: FanId, after: i64, limit: u16) -> Result<Vec<StoredAudit>, RepositoryError> {
        let (app_id, fan) = (self.app_id.to_string(), fan.to_string());
        let query = move |connection: &mut AnyConnection| {
            let rows = audit_log::table.filter(audit_log::app_id.eq(&app_id));
            let rows = rows.filter(audit_log::fan_id.eq(&fan)).filter(audit_log::id.gt(after));
            let rows = rows.order(audit_log::id).limit(limit.into());
            let rows: Vec<AuditRow> = rows.select(AuditRow::as_select()).load(connection)?;
            Ok(rows.into_iter().map(AuditRow::read).collect())
        };
        self.database.run_repeatable(query).await
    }

    /// At most `limit` rows of a period after the id `after`, in the order of their ids.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn page(&self, period: AuditPeriod, after: i64, limit: u16) -> Result<Vec<StoredAudit>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let since = period.since.map(to_column).transpose()?;
        let until = period.until.map(to_column).transpose()?;
        let query = move |connection: &mut AnyConnection| {
            let mut rows = audit_log::table
                .filter(audit_log::app_id.eq(&app_id))
                .filter(audit_log::id.gt(after))
                .into_boxed();
            if let Some(since) = since {
                rows = rows.filter(audit_log::at.ge(since));
            }
            if let Some(until) = until {
                rows = rows.filter(audit_log::at.lt(until));
            }
            let rows = rows.order(audit_log::id).limit(limit.into());
            let rows: Vec<AuditRow> = rows.select(AuditRow::as_select()).load(connection)?;
            Ok(rows.into_iter().map(AuditRow::read).collect())
        };
        self.database.run_repeatable(query).await
    }
}
