//! The chain of the audit log. Only one job at a time may move its head: each move names the head that it starts from.

use diesel::{dsl::max, prelude::*};

use super::{AuditLogRepository, row::AuditRow};
use crate::{
    domain::{ChainHash, ChainPoint, StoredAudit, Timestamp},
    repositories::{
        AnyConnection, RepositoryError, Transaction,
        schema::{audit_chain, audit_log},
        time::from_column,
    },
};

/// How far the chain of an account goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainState {
    /// The last row that was purged; the first row that is kept follows it.
    pub purged: ChainPoint,
    /// The last row.
    pub head: ChainPoint,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_chain)]
struct ChainRow {
    position: i64,
    hash: String,
    purged_position: i64,
    purged_hash: String,
}

#[derive(Debug, thiserror::Error)]
#[error("another process moved the head of the audit log's chain")]
struct HeadMoved;

impl AuditLogRepository {
    /// How far the chain goes.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn chain(&self) -> Result<ChainState, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| state(connection, &app_id);
        self.database.run_repeatable(query).await
    }

    /// How far the chain goes, as this transaction sees it.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn chain_in(&self, tx: &mut Transaction<'_>) -> Result<ChainState, RepositoryError> {
        state(tx.connection(), self.app_id.as_str())
    }

    /// The oldest rows without a place, at most `limit`.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn unchained(&self, tx: &mut Transaction<'_>, limit: u16) -> Result<Vec<StoredAudit>, RepositoryError> {
        let rows = audit_log::table.filter(audit_log::app_id.eq(self.app_id.as_str()));
        let rows = rows.filter(audit_log::position.is_null());
        let rows = rows.order(audit_log::id).limit(limit.into());
        let rows: Vec<AuditRow> = rows.select(AuditRow::as_select()).load(tx.connection())?;
        Ok(rows.into_iter().map(AuditRow::read).collect())
    }

    /// Gives a row its place behind `before`.
    ///
    /// # Errors
    /// [`RepositoryError::Conflict`] if it has one already.
    pub fn place(
        &self,
        tx: &mut Transaction<'_>,
        id: i64,
        before: ChainPoint,
        point: ChainPoint,
    ) -> Result<(), RepositoryError> {
        let row = audit_log::table.filter(audit_log::id.eq(id));
        let row = row.filter(audit_log::position.is_null());
        let place = (
            audit_log::position.eq(point.position),
            audit_log::prev.eq(before.hash.to_string()),
            audit_log::hash.eq(point.hash.to_string()),
        );
        moved(diesel::update(row).set(place).execute(tx.connection())?)
    }

    /// Moves the head of the chain.
    ///
    /// # Errors
    /// [`RepositoryError::Conflict`] if the head is not at `from` any more. Roll everything back then.
    pub fn move_head(&self, tx: &mut Transaction<'_>, from: ChainPoint, to: ChainPoint) -> Result<(), RepositoryError> {
        let app_id = self.app_id.as_str();
        let connection = tx.connection();
        let row = audit_chain::table
            .find(app_id)
            .filter(audit_chain::position.eq(from.position))
            .filter(audit_chain::hash.eq(from.hash.to_string()));
        let hash = to.hash.to_string();
        let head = (audit_chain::position.eq(to.position), audit_chain::hash.eq(&hash));
        let updated = diesel::update(row).set(head).execute(connection)?;
        if updated == 1 || from != ChainPoint::START {
            return moved(updated);
        }
        let first = (
            audit_chain::app_id.eq(app_id),
            audit_chain::position.eq(to.position),
            audit_chain::hash.eq(&hash),
            audit_chain::purged_position.eq(from.position),
            audit_chain::purged_hash.eq(from.hash.to_string()),
        );
        // Another process that was first with the account's first row makes this a conflict.
        moved(
            diesel::insert_into(audit_chain::table)
                .values(first)
                .execute(connection)?,
        )
    }

    /// At most `limit` chained rows after a position, in the order of their places.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn chained(&self, after: i64, limit: u16) -> Result<Vec<StoredAudit>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| chained(connection, &app_id, after, limit);
        self.database.run_repeatable(query).await
    }

    /// As [`Self::chained`], as this transaction sees them.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn chained_in(
        &self,
        tx: &mut Transaction<'_>,
        after: i64,
        limit: u16,
    ) -> Result<Vec<StoredAudit>, RepositoryError> {
        chained(tx.connection(), self.app_id.as_str(), after, limit)
    }

    /// The highest place that any row claims.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn last_position(&self) -> Result<Option<i64>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let rows = audit_log::table.filter(audit_log::app_id.eq(&app_id));
            Ok(rows.select(max(audit_log::position)).first(connection)?)
        };
        self.database.run_repeatable(query).await
    }

    /// How many rows have no place yet, and the moment of the oldest of them.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn waiting(&self) -> Result<(u64, Option<Timestamp>), RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let rows = audit_log::table.filter(audit_log::app_id.eq(&app_id));
            let rows = rows.filter(audit_log::position.is_null());
            let count: i64 = rows.count().get_result(connection)?;
            let oldest = rows.order(audit_log::id).select(audit_log::at).first(connection);
            let oldest = oldest.optional()?.map(from_column);
            Ok((u64::try_from(count).unwrap_or_default(), oldest))
        };
        self.database.run_repeatable(query).await
    }

    /// Removes the rows up to and including `to`, which becomes the place where the chain begins.
    ///
    /// # Errors
    /// [`RepositoryError::Conflict`] if the chain does not begin at `from` any more. Roll everything back then.
    pub fn purge(&self, tx: &mut Transaction<'_>, from: ChainPoint, to: ChainPoint) -> Result<usize, RepositoryError> {
        let app_id = self.app_id.as_str();
        let connection = tx.connection();
        let row = audit_chain::table
            .find(app_id)
            .filter(audit_chain::purged_position.eq(from.position))
            .filter(audit_chain::purged_hash.eq(from.hash.to_string()));
        let anchor = (
            audit_chain::purged_position.eq(to.position),
            audit_chain::purged_hash.eq(to.hash.to_string()),
        );
        moved(diesel::update(row).set(anchor).execute(connection)?)?;
        let rows = audit_log::table.filter(audit_log::app_id.eq(app_id));
        let rows = rows.filter(audit_log::position.le(to.position));
        Ok(diesel::delete(rows).execute(connection)?)
    }
}

fn moved(rows: usize) -> Result<(), RepositoryError> {
    match rows {
        1 => Ok(()),
        _ => Err(RepositoryError::Conflict(HeadMoved.into())),
    }
}

fn state(connection: &mut AnyConnection, app_id: &str) -> Result<ChainState, RepositoryError> {
    let row = audit_chain::table.find(app_id).select(ChainRow::as_select());
    let row: Option<ChainRow> = row.first(connection).optional()?;
    let Some(row) = row else {
        let (purged, head) = (ChainPoint::START, ChainPoint::START);
        return Ok(ChainState { purged, head });
    };
    let point = |position, hash: &str| match ChainHash::parse(hash) {
        Ok(hash) => Ok(ChainPoint { position, hash }),
        Err(error) => Err(RepositoryError::corrupt(error)),
    };
    Ok(ChainState {
        purged: point(row.purged_position, &row.purged_hash)?,
        head: point(row.position, &row.hash)?,
    })
}

fn chained(
    connection: &mut AnyConnection,
    app_id: &str,
    after: i64,
    limit: u16,
) -> Result<Vec<StoredAudit>, RepositoryError> {
    let rows = audit_log::table.filter(audit_log::app_id.eq(app_id));
    let rows = rows.filter(audit_log::position.gt(after));
    let rows = rows.order((audit_log::position, audit_log::id)).limit(limit.into());
    let rows: Vec<AuditRow> = rows.select(AuditRow::as_select()).load(connection)?;
    Ok(rows.into_iter().map(AuditRow::read).collect())
}
