//! The queue of a target is bounded: an application that is away for long must not fill the database.

use diesel::prelude::*;

use crate::{
    domain::Timestamp,
    repositories::{AnyConnection, RepositoryError, schema::jobs, time::to_column},
};

/// Jobs that a target's queue holds.
const MAX_JOBS: i64 = 10_000;
const MAX_AGE_SECONDS: i64 = 24 * 3600;

/// Drops the jobs of a target that are too old, and then the oldest of those that are too many. One that a process works on
/// may be among them; it is then done for the last time.
pub fn drop_surplus(
    connection: &mut AnyConnection,
    app_id: &str,
    target: &str,
    now: Timestamp,
) -> Result<usize, RepositoryError> {
    let old = to_column(now.plus_seconds(-MAX_AGE_SECONDS))?;
    let of_target = || {
        jobs::table
            .filter(jobs::app_id.eq(app_id))
            .filter(jobs::target.eq(target))
    };
    let expired = diesel::delete(of_target().filter(jobs::created_at.lt(old))).execute(connection)?;
    let count: i64 = of_target().count().get_result(connection)?;
    let surplus = (count - MAX_JOBS).max(0);
    if surplus == 0 {
        return Ok(expired);
    }
    // Ids sort by their time.
    let oldest = of_target().order(jobs::id).limit(surplus).select(jobs::id);
    let oldest: Vec<String> = oldest.load(connection)?;
    let dropped = diesel::delete(of_target().filter(jobs::id.eq_any(oldest))).execute(connection)?;
    Ok(expired.saturating_add(dropped))
}
