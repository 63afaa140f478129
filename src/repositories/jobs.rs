//! The table `jobs`.

mod administration;
mod queue;
mod row;

use diesel::prelude::*;

pub use self::administration::{JobRecord, JobsStatus};
use self::row::{JobRow, NewJobRow};
use super::{
    AnyConnection, Database, RepositoryError, Transaction,
    connection::insert_unless_present,
    schema::jobs,
    time::{from_column, to_column},
};
use crate::domain::{AppId, Job, JobId, JobKind, JobLane, NewJob, Timestamp};

/// No lease is longer, in seconds. One that is was made by a process whose clock was ahead, and holds nothing.
const LONGEST_LEASE_SECONDS: i64 = 600;
/// No job that repeats is scheduled further ahead, in seconds; one that is was scheduled by such a process, and is due.
const FURTHEST_REPEAT_SECONDS: i64 = 6 * 3600;

/// The longest stored text of an error, in characters.
const ERROR_CHARACTERS: usize = 250;

/// The jobs of one account.
///
/// A job is leased: `locked_by` names the process that works on it, until `locked_until`. Nobody else takes it meanwhile,
/// and a process that lost its lease changes nothing.
#[derive(Debug, Clone)]
pub struct JobsRepository {
    database: Database,
    app_id: AppId,
}

/// What adding a job did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use = "dropped jobs are counted, and the runner is woken"]
pub struct Added {
    /// False if there is a job of this name already.
    pub is_new: bool,
    /// How many jobs of the same target gave way.
    pub dropped: usize,
}

impl Added {
    /// Nothing was added.
    pub const NOTHING: Self = Self {
        is_new: false,
        dropped: 0,
    };

    /// What both did.
    pub const fn and(self, other: Self) -> Self {
        Self {
            is_new: self.is_new || other.is_new,
            dropped: self.dropped.saturating_add(other.dropped),
        }
    }
}

/// Whether nobody holds the lease of a row. `longest` is when a lease of this moment ends at the latest.
macro_rules! is_free {
    ($now:expr, $longest:expr) => {
        jobs::locked_until
            .is_null()
            .or(jobs::locked_until.le($now))
            .or(jobs::locked_until.gt($longest))
    };
}

/// The jobs of an account.
macro_rules! of_account {
    ($repository:expr) => {
        jobs::table.filter(jobs::app_id.eq($repository.app_id.as_str()))
    };
}
use is_free;
use of_account;

/// One job, while `holder` has its lease.
macro_rules! held {
    ($repository:expr, $id:expr, $holder:expr) => {
        of_account!($repository)
            .filter(jobs::id.eq($id.to_string()))
            .filter(jobs::locked_by.eq($holder))
    };
}

impl JobsRepository {
    /// The jobs of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// The account whose jobs these are.
    pub const fn app_id(&self) -> &AppId {
        &self.app_id
    }

    /// The database, for a transaction.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Adds a job, unless it has a name that is taken. A full target gives up its oldest jobs.
    pub fn add(&self, tx: &mut Transaction<'_>, job: &NewJob) -> Result<Added, RepositoryError> {
        let connection = tx.connection();
        let row = NewJobRow::new(self.app_id.as_str(), job)?;
        let is_new = insert_unless_present!(connection, jobs::table, &row)?;
        let dropped = match &job.target {
            Some(target) if is_new => queue::drop_surplus(connection, self.app_id.as_str(), target)?,
            _ => 0,
        };
        Ok(Added { is_new, dropped })
    }

    /// Leases at most `limit` due jobs of `lane` to `holder` until `until`. Kinds of a newer version are left alone.
    pub async fn claim(
        &self,
        lane: &JobLane,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u16,
    ) -> Result<Vec<Job>, RepositoryError> {
        let furthest = to_column(now.plus_seconds(FURTHEST_REPEAT_SECONDS))?;
        let longest = to_column(now.plus_seconds(LONGEST_LEASE_SECONDS))?;
        let (repository, now, lane) = (self.clone(), to_column(now)?, lane.clone());
        let kinds = JobKind::ALL.map(JobKind::as_str);
        let due = move |connection: &mut AnyConnection| {
            let due = of_account!(repository).filter(jobs::failed_at.is_null());
            let is_due = jobs::run_at
                .le(now)
                .or(jobs::name.is_not_null().and(jobs::run_at.gt(furthest)));
            let due = due.filter(is_due).filter(jobs::kind.eq_any(kinds));
            let due = due.filter(is_free!(now, longest));
            let due = due.order(jobs::run_at).limit(limit.into()).select(jobs::id);
            Ok(match &lane {
                JobLane::Common => due.filter(jobs::target.is_null()).load::<String>(connection)?,
                JobLane::Target(target) => due.filter(jobs::target.eq(target.as_ref())).load(connection)?,
            })
        };
        let ids = self.database.run_repeatable(due).await?;
        let mut claimed = Vec::new();
        for id in ids {
            let id = JobId::parse(&id).map_err(RepositoryError::corrupt)?;
            match self.claim_one(id, holder, from_column(now), until).await {
                Ok(job) => claimed.extend(job),
                // Those that are leased already are worked on.
                Err(_) if !claimed.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(claimed)
    }

    /// Leases one job, whenever it is due. None: it is gone, another process has it, or it failed for good.
    pub async fn claim_one(
        &self,
        id: JobId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Job>, RepositoryError> {
        let (repository, holder) = (self.clone(), holder.to_owned());
        let longest = to_column(now.plus_seconds(LONGEST_LEASE_SECONDS))?;
        let (now, until) = (to_column(now)?, to_column(until)?);
        let claim = move |connection: &mut AnyConnection| {
            let free = of_account!(repository).filter(jobs::id.eq(id.to_string()));
            let free = free.filter(jobs::failed_at.is_null());
            let free = free.filter(is_free!(now, longest));
            // Of several processes one changes the row, and the others no longer find it free.
            let claimed = diesel::update(free)
                .set((
                    jobs::locked_by.eq(&holder),
                    jobs::locked_until.eq(until),
                    jobs::attempts.eq(jobs::attempts + 1),
                ))
                .execute(connection)?;
            if claimed == 0 {
                return Ok(None);
            }
            let row = held!(repository, id, &holder).select(JobRow::as_select());
            row.first(connection).optional()?.map(JobRow::read).transpose()
        };
        self.database.run(claim).await
    }

    /// Removes a job that nobody has begun, because it is not needed any more. Returns false if it is too late.
    pub fn withdraw(&self, tx: &mut Transaction<'_>, id: JobId) -> Result<bool, RepositoryError> {
        let job = of_account!(self).filter(jobs::id.eq(id.to_string()));
        let untouched = job.filter(jobs::attempts.eq(0)).filter(jobs::locked_by.is_null());
        Ok(diesel::delete(untouched).execute(tx.connection())? > 0)
    }

    /// Extends a lease. Returns whether `holder` still has it.
    pub async fn renew(&self, id: JobId, holder: &str, until: Timestamp) -> Result<bool, RepositoryError> {
        let (repository, holder, until) = (self.clone(), holder.to_owned(), to_column(until)?);
        let renew = move |connection: &mut AnyConnection| {
            let renewed = diesel::update(held!(repository, id, &holder)).set(jobs::locked_until.eq(until));
            Ok(renewed.execute(connection)? > 0)
        };
        self.database.run_repeatable(renew).await
    }

    /// Removes a job whose work is done. The work may be in the same transaction. Returns whether `holder` had its lease.
    pub fn complete(&self, tx: &mut Transaction<'_>, id: JobId, holder: &str) -> Result<bool, RepositoryError> {
        let removed = diesel::delete(held!(self, id, holder)).execute(tx.connection())?;
        Ok(removed > 0)
    }

    /// Ends a lease and schedules the job for `run_at`: after a run of a job that repeats (without `error`), or after a
    /// failed attempt.
    pub async fn schedule(
        &self,
        id: JobId,
        holder: &str,
        run_at: Timestamp,
        error: Option<String>,
    ) -> Result<(), RepositoryError> {
        let (repository, holder, run_at) = (self.clone(), holder.to_owned(), to_column(run_at)?);
        let error = error.map(|error| error.chars().take(ERROR_CHARACTERS).collect::<String>());
        let schedule = move |connection: &mut AnyConnection| {
            let unlocked = (
                jobs::run_at.eq(run_at),
                jobs::locked_by.eq(None::<String>),
                jobs::locked_until.eq(None::<time::PrimitiveDateTime>),
                jobs::last_error.eq(&error),
            );
            let held = held!(repository, id, &holder);
            if error.is_some() {
                diesel::update(held).set(unlocked).execute(connection)?;
            } else {
                diesel::update(held)
                    .set((unlocked, jobs::attempts.eq(0)))
                    .execute(connection)?;
            }
            Ok(())
        };
        self.database.run_repeatable(schedule).await
    }

    /// Ends a lease after the last attempt. The job stays, for an operator.
    pub async fn give_up(&self, id: JobId, holder: &str, now: Timestamp, error: &str) -> Result<(), RepositoryError> {
        let (repository, holder, now) = (self.clone(), holder.to_owned(), to_column(now)?);
        let error: String = error.chars().take(ERROR_CHARACTERS).collect();
        let give_up = move |connection: &mut AnyConnection| {
            diesel::update(held!(repository, id, &holder))
                .set((
                    jobs::failed_at.eq(now),
                    jobs::locked_by.eq(None::<String>),
                    jobs::locked_until.eq(None::<time::PrimitiveDateTime>),
                    jobs::last_error.eq(&error),
                ))
                .execute(connection)?;
            Ok(())
        };
        self.database.run_repeatable(give_up).await
    }

    /// Ends a lease without an attempt, because this process stops.
    pub async fn release(&self, id: JobId, holder: &str) -> Result<(), RepositoryError> {
        let (repository, holder) = (self.clone(), holder.to_owned());
        let release = move |connection: &mut AnyConnection| {
            diesel::update(held!(repository, id, &holder))
                .set((
                    jobs::attempts.eq(jobs::attempts - 1),
                    jobs::locked_by.eq(None::<String>),
                    jobs::locked_until.eq(None::<time::PrimitiveDateTime>),
                ))
                .execute(connection)?;
            Ok(())
        };
        self.database.run_repeatable(release).await
    }

    /// Drops the jobs of targets that are older than a day, also those of targets that are no more. Returns how many.
    pub async fn drop_old(&self, now: Timestamp) -> Result<usize, RepositoryError> {
        let app_id = self.app_id.clone();
        let drop_old = move |connection: &mut AnyConnection| queue::drop_old(connection, app_id.as_str(), now);
        self.database.run_repeatable(drop_old).await
    }

    /// Drops the jobs about `subject`.
    pub fn drop_of_subject(&self, tx: &mut Transaction<'_>, subject: &str) -> Result<usize, RepositoryError> {
        let about = of_account!(self).filter(jobs::subject.eq(subject));
        Ok(diesel::delete(about).execute(tx.connection())?)
    }

    /// The job of this kind about `subject`, with its payload.
    pub async fn find_of_subject(
        &self,
        kind: JobKind,
        subject: &str,
    ) -> Result<Option<(JobId, String)>, RepositoryError> {
        let (repository, subject) = (self.clone(), subject.to_owned());
        let find = move |connection: &mut AnyConnection| {
            let about = of_account!(repository).filter(jobs::subject.eq(&subject));
            let about = about
                .filter(jobs::kind.eq(kind.as_str()))
                .select((jobs::id, jobs::payload));
            let found: Option<(String, String)> = about.first(connection).optional()?;
            let Some((id, payload)) = found else { return Ok(None) };
            Ok(Some((JobId::parse(&id).map_err(RepositoryError::corrupt)?, payload)))
        };
        self.database.run_repeatable(find).await
    }
}
