//! The operators' queries about jobs, and what metrics and health need to know.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{JobsRepository, LONGEST_LEASE_SECONDS, is_free, of_account};
use crate::{
    domain::{JobId, JobKind, Timestamp},
    repositories::{
        AnyConnection, RepositoryError, Transaction,
        schema::jobs,
        time::{from_column, to_column},
    },
};

/// A job as an operator sees it. The payload is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// The key of its row.
    pub id: String,
    /// The kind's name, also of a kind that this version does not know.
    pub kind: String,
    /// Whom it is about.
    pub subject: Option<String>,
    /// The queue that it belongs to.
    pub target: Option<String>,
    /// Not before this.
    pub run_at: Timestamp,
    /// Attempts until now.
    pub attempts: i32,
    /// Until when a process works on it.
    pub locked_until: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it failed for good.
    pub failed_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// The jobs of an account at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobsStatus {
    /// Jobs that did not fail for good.
    pub waiting: i64,
    /// Seconds since the oldest due job should have run. 0: none is due.
    pub oldest_due_seconds: i64,
    /// Jobs that failed for good.
    pub failed: i64,
}

/// The jobs of some kinds at one moment, those that failed for good among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished {
    /// How many there are.
    pub count: i64,
    /// Seconds since the oldest was added. 0: there is none.
    pub oldest_seconds: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct RecordRow {
    id: String,
    kind: String,
    subject: Option<String>,
    target: Option<String>,
    run_at: PrimitiveDateTime,
    attempts: i32,
    locked_until: Option<PrimitiveDateTime>,
    last_error: Option<String>,
    failed_at: Option<PrimitiveDateTime>,
    created_at: PrimitiveDateTime,
}

impl From<RecordRow> for JobRecord {
    fn from(row: RecordRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject: row.subject,
            target: row.target,
            run_at: from_column(row.run_at),
            attempts: row.attempts,
            locked_until: row.locked_until.map(from_column),
            last_error: row.last_error,
            failed_at: row.failed_at.map(from_column),
            created_at: from_column(row.created_at),
        }
    }
}

impl JobsRepository {
    /// The next `limit` jobs after the id `after`, in the order in which they were added.
    pub async fn page(&self, after: Option<String>, limit: u16) -> Result<Vec<JobRecord>, RepositoryError> {
        let (repository, after) = (self.clone(), after.unwrap_or_default());
        let query = move |connection: &mut AnyConnection| {
            let page = of_account!(repository).filter(jobs::id.gt(&after));
            let page = page.order(jobs::id).limit(limit.into());
            let rows: Vec<RecordRow> = page.select(RecordRow::as_select()).load(connection)?;
            Ok(rows.into_iter().map(JobRecord::from).collect())
        };
        self.database.run_repeatable(query).await
    }

    /// Lets a job run at once, with all its attempts: one job, or every one that failed for good. Returns how many.
    pub fn retry(
        &self,
        tx: &mut Transaction<'_>,
        which: Option<JobId>,
        now: Timestamp,
    ) -> Result<usize, RepositoryError> {
        let longest = to_column(now.plus_seconds(LONGEST_LEASE_SECONDS))?;
        let (connection, now) = (tx.connection(), to_column(now)?);
        let again = (
            jobs::run_at.eq(now),
            jobs::attempts.eq(0),
            jobs::failed_at.eq(None::<PrimitiveDateTime>),
        );
        let retried = match which {
            Some(id) => {
                let free = of_account!(self).filter(jobs::id.eq(id.to_string()));
                let free = free.filter(is_free!(now, longest));
                diesel::update(free).set(again).execute(connection)
            }
            None => diesel::update(of_account!(self).filter(jobs::failed_at.is_not_null()))
                .set(again)
                .execute(connection),
        };
        Ok(retried?)
    }

    /// Drops a job, or every one that failed for good, except those of the kinds `kept` and those that repeat. Returns how many.
    pub fn drop(
        &self,
        tx: &mut Transaction<'_>,
        which: Option<JobId>,
        kept: &'static [JobKind],
    ) -> Result<usize, RepositoryError> {
        let connection = tx.connection();
        let kept = kept.iter().map(|kind| kind.as_str());
        let droppable = of_account!(self)
            .filter(jobs::kind.ne_all(kept))
            .filter(jobs::name.is_null());
        let dropped = match which {
            Some(id) => diesel::delete(droppable.filter(jobs::id.eq(id.to_string()))).execute(connection),
            None => diesel::delete(droppable.filter(jobs::failed_at.is_not_null())).execute(connection),
        };
        Ok(dropped?)
    }

    /// How many jobs wait, how late the oldest is, and how many failed.
    pub async fn status(&self, now: Timestamp) -> Result<JobsStatus, RepositoryError> {
        let (repository, now_column) = (self.clone(), to_column(now)?);
        let query = move |connection: &mut AnyConnection| {
            let waiting = of_account!(repository).filter(jobs::failed_at.is_null());
            let failed = of_account!(repository).filter(jobs::failed_at.is_not_null());
            let due = waiting.filter(jobs::run_at.le(now_column));
            let oldest: Option<PrimitiveDateTime> = due.select(diesel::dsl::min(jobs::run_at)).first(connection)?;
            let oldest_due_seconds = oldest.map_or(0, |oldest| now.seconds_since(from_column(oldest)));
            Ok(JobsStatus {
                waiting: waiting.count().get_result(connection)?,
                oldest_due_seconds,
                failed: failed.count().get_result(connection)?,
            })
        };
        self.database.run_repeatable(query).await
    }

    /// The jobs of these kinds.
    pub async fn unfinished(&self, kinds: &'static [JobKind], now: Timestamp) -> Result<Unfinished, RepositoryError> {
        let repository = self.clone();
        let query = move |connection: &mut AnyConnection| {
            let kinds = kinds.iter().map(|kind| kind.as_str());
            let jobs = of_account!(repository).filter(jobs::kind.eq_any(kinds));
            let summary = (diesel::dsl::count_star(), diesel::dsl::min(jobs::created_at));
            let (count, oldest): (i64, Option<PrimitiveDateTime>) = jobs.select(summary).first(connection)?;
            let oldest_seconds = oldest.map_or(0, |oldest| now.seconds_since(from_column(oldest)).max(0));
            Ok(Unfinished { count, oldest_seconds })
        };
        self.database.run_repeatable(query).await
    }
}
