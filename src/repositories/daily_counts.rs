mod addition;

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{
    AnyConnection, Database, RepositoryError, Transaction,
    schema::{daily_count_closings, daily_count_writers, daily_counts},
    time::to_column,
};
use crate::domain::{AppId, CountName, Day, Timestamp};

pub use self::addition::CountAddition;

/// How often things happened on each day of one account: the table `daily_counts`, and `daily_count_writers` and
/// `daily_count_closings` beside it.
#[derive(Debug, Clone)]
pub struct DailyCountsRepository {
    database: Database,
    app_id: AppId,
}

/// The counts of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCounts {
    /// The day in the site's time zone.
    pub day: Day,
    /// Whether the day is over. Only a process that was cut off from the database still adds to it.
    pub is_closed: bool,
    /// What was counted, in the order of the names. A name without a count was 0.
    pub counts: Vec<(CountName, u64)>,
}

impl DailyCountsRepository {
    /// The counts of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// The days from `from` to `to`, both included, that were counted or closed, in their order. Names of a newer version
    /// are left out.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn between(&self, from: Day, to: Day) -> Result<Vec<DayCounts>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let counts = daily_counts::table
                .filter(daily_counts::app_id.eq(&app_id))
                .filter(daily_counts::day.between(from.date(), to.date()));
            let counts: Vec<(time::Date, String, i64)> = counts
                .order((daily_counts::day, daily_counts::name))
                .select((daily_counts::day, daily_counts::name, daily_counts::count))
                .load(connection)?;
            let closed = daily_count_closings::table
                .filter(daily_count_closings::app_id.eq(&app_id))
                .filter(daily_count_closings::day.between(from.date(), to.date()));
            let closed: Vec<time::Date> = closed.select(daily_count_closings::day).load(connection)?;
            Ok(by_day(counts, closed))
        };
        self.database.run_repeatable(query).await
    }

    /// The days before `before` that were counted and are not closed, the oldest first.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn open_days(&self, tx: &mut Transaction<'_>, before: Day) -> Result<Vec<Day>, RepositoryError> {
        let closings = daily_count_closings::table
            .filter(daily_count_closings::app_id.eq(daily_counts::app_id))
            .filter(daily_count_closings::day.eq(daily_counts::day));
        let days = daily_counts::table
            .filter(daily_counts::app_id.eq(self.app_id.as_str()))
            .filter(daily_counts::day.lt(before.date()))
            .filter(diesel::dsl::not(diesel::dsl::exists(closings)));
        let days = days.select(daily_counts::day).distinct().order(daily_counts::day);
        let days: Vec<time::Date> = days.load(tx.connection())?;
        Ok(days.into_iter().map(Day::of_date).collect())
    }

    /// Closes a day. Returns false if it was closed already.
    ///
    /// # Errors
    /// [`RepositoryError::Conflict`] if another process closes it at the same moment.
    pub fn close(&self, tx: &mut Transaction<'_>, day: Day, now: Timestamp) -> Result<bool, RepositoryError> {
        let key = (self.app_id.as_str(), day.date());
        let connection = tx.connection();
        let found: i64 = daily_count_closings::table.find(key).count().get_result(connection)?;
        if found > 0 {
            return Ok(false);
        }
        let closing = (
            daily_count_closings::app_id.eq(key.0),
            daily_count_closings::day.eq(key.1),
            daily_count_closings::closed_at.eq(to_column(now)?),
        );
        diesel::insert_into(daily_count_closings::table)
            .values(closing)
            .execute(connection)?;
        Ok(true)
    }

    /// Removes the days before `before`, and the writers that have added nothing since `silent_since`. Returns how many
    /// rows went.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn purge(
        &self,
        tx: &mut Transaction<'_>,
        before: Day,
        silent_since: Timestamp,
    ) -> Result<usize, RepositoryError> {
        let app_id = self.app_id.as_str();
        let connection = tx.connection();
        let counts = daily_counts::table.filter(daily_counts::app_id.eq(app_id));
        let counts = diesel::delete(counts.filter(daily_counts::day.lt(before.date()))).execute(connection)?;
        let closings = daily_count_closings::table.filter(daily_count_closings::app_id.eq(app_id));
        let closings = closings.filter(daily_count_closings::day.lt(before.date()));
        let closings = diesel::delete(closings).execute(connection)?;
        let writers = daily_count_writers::table.filter(daily_count_writers::app_id.eq(app_id));
        let writers = writers.filter(daily_count_writers::written_at.lt(to_column(silent_since)?));
        let writers = diesel::delete(writers).execute(connection)?;
        Ok(counts.saturating_add(closings).saturating_add(writers))
    }
}

fn by_day(counts: Vec<(time::Date, String, i64)>, closed: Vec<time::Date>) -> Vec<DayCounts> {
    let mut days = BTreeMap::<Day, (bool, Vec<(CountName, u64)>)>::new();
    for day in closed {
        days.entry(Day::of_date(day)).or_default().0 = true;
    }
    for (day, name, count) in counts {
        let (_, counts) = days.entry(Day::of_date(day)).or_default();
        let count = u64::try_from(count).unwrap_or_default();
        counts.extend(CountName::parse(&name).map(|name| (name, count)));
    }
    let days = days.into_iter();
    days.map(|(day, (is_closed, counts))| DayCounts { day, is_closed, counts })
        .collect()
}
