use std::collections::BTreeMap;

use diesel::prelude::*;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use diesel::upsert::excluded;

use super::DailyCountsRepository;
use crate::{
    domain::{CountName, Day, Timestamp},
    repositories::{
        AnyConnection, RepositoryError, Transaction,
        schema::{daily_count_writers, daily_counts},
        time::to_column,
    },
};

/// Counts that one process adds at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountAddition {
    /// Made anew at each start of a process.
    pub writer: String,
    /// From 1. The next number may be used only when the database has answered for this one.
    pub sequence: i64,
    /// How often each happened, by day.
    pub counts: BTreeMap<(Day, CountName), u64>,
}

impl DailyCountsRepository {
    /// Counts one event in the transaction that makes it happen.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn count(&self, tx: &mut Transaction<'_>, day: Day, name: CountName) -> Result<(), RepositoryError> {
        add_one(tx.connection(), self.app_id.as_str(), day, name, 1)
    }

    /// Adds counts, unless this writer has added under this number before. Returns whether they were added now.
    ///
    /// An addition whose answer was lost may have happened: it must be repeated under the same number with the same
    /// counts, and then it is added once.
    ///
    /// # Errors
    /// [`RepositoryError::Conflict`] if another attempt at the first addition of this writer was faster: it is added.
    pub fn add(
        &self,
        tx: &mut Transaction<'_>,
        addition: &CountAddition,
        now: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let app_id = self.app_id.as_str();
        let connection = tx.connection();
        if !take_number(connection, app_id, addition, now)? {
            return Ok(false);
        }
        // In the order of the key, so that two processes lock the rows in the same order.
        for ((day, name), count) in &addition.counts {
            add_one(
                connection,
                app_id,
                *day,
                *name,
                i64::try_from(*count).unwrap_or(i64::MAX),
            )?;
        }
        Ok(true)
    }
}

/// Records the number. The row of the writer is the lock that lets only one of two equal additions pass.
fn take_number(
    connection: &mut AnyConnection,
    app_id: &str,
    addition: &CountAddition,
    now: Timestamp,
) -> Result<bool, RepositoryError> {
    let now = to_column(now)?;
    let writer = daily_count_writers::table.find((app_id, addition.writer.as_str()));
    let earlier = writer.filter(daily_count_writers::sequence.lt(addition.sequence));
    let number = (
        daily_count_writers::sequence.eq(addition.sequence),
        daily_count_writers::written_at.eq(now),
    );
    if diesel::update(earlier).set(number).execute(connection)? > 0 {
        return Ok(true);
    }
    if writer.count().get_result::<i64>(connection)? > 0 {
        return Ok(false);
    }
    let first = (
        daily_count_writers::app_id.eq(app_id),
        daily_count_writers::writer.eq(addition.writer.as_str()),
        number,
    );
    diesel::insert_into(daily_count_writers::table)
        .values(first)
        .execute(connection)?;
    Ok(true)
}

/// The upsert of the backends that can name the conflicting columns.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! upsert {
    ($row:expr) => {
        diesel::insert_into(daily_counts::table)
            .values($row)
            .on_conflict((daily_counts::app_id, daily_counts::day, daily_counts::name))
            .do_update()
            .set(daily_counts::count.eq(daily_counts::count + excluded(daily_counts::count)))
    };
}

fn add_one(
    connection: &mut AnyConnection,
    app_id: &str,
    day: Day,
    name: CountName,
    count: i64,
) -> Result<(), RepositoryError> {
    let row = (
        daily_counts::app_id.eq(app_id),
        daily_counts::day.eq(day.date()),
        daily_counts::name.eq(name.as_str()),
        daily_counts::count.eq(count),
    );
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => diesel::insert_into(daily_counts::table)
            .values(row)
            .on_conflict(diesel::dsl::DuplicatedKeys)
            .do_update()
            .set(daily_counts::count.eq(daily_counts::count + count))
            .execute(connection)?,
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => upsert!(row).execute(connection)?,
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(connection) => upsert!(row).execute(connection)?,
    };
    Ok(())
}
