use crate::{
    domain::{Clock, Day, TimeZone},
    repositories::{DailyCountsRepository, Database, RepositoryError, Transaction},
};

/// How long after midnight a day is closed: longer than a replica needs to write its last counts, also after a restart of
/// the database.
const GRACE_SECONDS: i64 = 15 * 60;
/// What the desk shows.
const KEEP_DAYS: i64 = 400;
/// A process that was cut off from the database for longer might add its last numbered addition a second time.
const KEEP_WRITERS_SECONDS: i64 = 35 * 24 * 3600;

/// Closes days and removes old ones. A job runs it, so that one replica does.
#[derive(Debug, Clone)]
pub struct DailyCountsUpkeep {
    database: Database,
    repository: DailyCountsRepository,
    clock: Clock,
    time_zone: TimeZone,
}

impl DailyCountsUpkeep {
    /// For the counts in `repository`, whose days are those of `time_zone`.
    pub fn new(database: Database, repository: DailyCountsRepository, clock: Clock, time_zone: TimeZone) -> Self {
        Self {
            database,
            repository,
            clock,
            time_zone,
        }
    }

    /// Closes every day that is over, and removes what is too old. A day without any event is closed if it is the last one.
    /// Returns the days that were open until now, the oldest first.
    ///
    /// A process that could not reach the database adds its counts to the right day also when that is closed: a count that
    /// is late is better than one that is lost.
    ///
    /// # Errors
    /// [`RepositoryError`]; [`RepositoryError::Conflict`] if another replica closes the same day.
    pub async fn run(&self) -> Result<Vec<Day>, RepositoryError> {
        let now = self.clock.now();
        let today = self.time_zone.day_of(now.plus_seconds(-GRACE_SECONDS));
        let repository = self.repository.clone();
        let work = move |tx: &mut Transaction<'_>| {
            let mut closed = repository.open_days(tx, today)?;
            let yesterday = today.plus_days(-1);
            if closed.last() != Some(&yesterday) {
                closed.push(yesterday);
            }
            let mut new = Vec::new();
            for day in &closed {
                if repository.close(tx, *day, now)? {
                    new.push(*day);
                }
            }
            let silent_since = now.plus_seconds(-KEEP_WRITERS_SECONDS);
            repository.purge(tx, today.plus_days(-KEEP_DAYS), silent_since)?;
            Ok(new)
        };
        self.database.transaction(work).await
    }
}
