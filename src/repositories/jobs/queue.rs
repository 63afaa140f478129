//! The queue of a target is bounded: an application that is away for long must not fill the database. That a fan was erased is
//! never dropped: the law wants it to arrive.

use diesel::prelude::*;

use crate::{
    domain::{JobKind, Timestamp},
    repositories::{AnyConnection, RepositoryError, schema::jobs, time::to_column},
};

/// Pushes that a target's queue holds.
const MAX_JOBS: i64 = 10_000;
const MAX_AGE_SECONDS: i64 = 24 * 3600;

/// Rows that are deleted at once.
const BATCH: i64 = 1000;

/// Drops the oldest pushes of a target that has too many. One that a process works on may be among them; it is then done for the
/// last time.
///
/// Every push does this. So it locks no row but those that it deletes: two pushes at once must not wait for each other.
pub fn drop_surplus(connection: &mut AnyConnection, app_id: &str, target: &str) -> Result<usize, RepositoryError> {
    let of_target = || {
        jobs::table
            .filter(jobs::app_id.eq(app_id))
            .filter(jobs::target.eq(target))
            .filter(jobs::kind.ne(JobKind::ForwardErasure.as_str()))
    };
    let count: i64 = of_target().count().get_result(connection)?;
    let surplus = (count - MAX_JOBS).max(0);
    if surplus == 0 {
        return Ok(0);
    }
    // Ids sort by their time.
    let oldest = of_target().order(jobs::id).limit(surplus).select(jobs::id);
    let oldest: Vec<String> = oldest.load(connection)?;
    Ok(diesel::delete(jobs::table.filter(jobs::id.eq_any(oldest))).execute(connection)?)
}

/// Drops the pushes of every target that are too old: also of one that gets nothing new, and of one that is no more.
pub fn drop_old(connection: &mut AnyConnection, app_id: &str, now: Timestamp) -> Result<usize, RepositoryError> {
    let old = to_column(now.plus_seconds(-MAX_AGE_SECONDS))?;
    let mut dropped = 0_usize;
    loop {
        let expired = jobs::table
            .filter(jobs::app_id.eq(app_id))
            .filter(jobs::target.is_not_null())
            .filter(jobs::kind.ne(JobKind::ForwardErasure.as_str()))
            .filter(jobs::created_at.lt(old));
        let expired: Vec<String> = expired.limit(BATCH).select(jobs::id).load(connection)?;
        if expired.is_empty() {
            return Ok(dropped);
        }
        let deleted = diesel::delete(jobs::table.filter(jobs::id.eq_any(expired))).execute(connection)?;
        dropped = dropped.saturating_add(deleted);
    }
}
