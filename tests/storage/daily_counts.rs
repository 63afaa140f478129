//! The tables `daily_counts`, `daily_count_writers` and `daily_count_closings`: what processes add, and when a day is over.

use std::{collections::BTreeMap, time::Duration};

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::{AppId, Clock, CountName, Day, Deadline, Random, Scope, TimeZone, Timestamp},
    repositories::{
        AnyConnection, CountAddition, DailyCountsRepository, Database, DayCounts, RepositoryError, Transaction,
    },
    services::daily_counts::{DailyCountsParts, DailyCountsUpkeep, DailyCountsWriter},
    telemetry::{
        events::{AccountEvents, Event},
        metrics,
        sessions::SessionEnd,
    },
};

use crate::support::{
    app_id,
    databases::{TestDatabase, each_database},
};

/// Noon in Shanghai.
const NOON: &str = "2026-11-27T04:00:00Z";

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn other_app_id() -> AppId {
    AppId::parse("wx0000000000000002").unwrap()
}

/// A process of an account.
struct Process {
    events: AccountEvents,
    writer: DailyCountsWriter,
    upkeep: DailyCountsUpkeep,
    repository: DailyCountsRepository,
    database: Database,
    clock: Clock,
}

impl Process {
    fn of(database: &Database, app_id: &AppId, zone: &str, now: &str) -> Self {
        let (clock, zone) = (Clock::system(), TimeZone::parse(zone).unwrap());
        clock.step_wall(Timestamp::parse(now).unwrap().seconds_since(clock.now()));
        let events = AccountEvents::new(metrics().account(app_id), clock.clone(), zone.clone());
        let repository = DailyCountsRepository::new(database.clone(), app_id.clone());
        Self {
            writer: DailyCountsWriter::new(DailyCountsParts {
                events: events.clone(),
                database: database.clone(),
                repository: repository.clone(),
                clock: clock.clone(),
                random: Random::system(),
            }),
            upkeep: DailyCountsUpkeep::new(database.clone(), repository.clone(), clock.clone(), zone),
            events,
            repository,
            database: database.clone(),
            clock,
        }
    }

    async fn start(database: &TestDatabase) -> Self {
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        Self::of(&opened, &app_id(), "Asia/Shanghai", NOON)
    }

    fn replica(&self) -> Self {
        Self::of(&self.database, &app_id(), "Asia/Shanghai", NOON)
    }

    fn logouts(&self, count: u32) {
        (0..count).for_each(|_| self.events.record(Event::SessionEnded(SessionEnd::Logout)));
    }

    async fn days(&self) -> Vec<DayCounts> {
        self.repository
            .between(day("2020-01-01"), day("2030-01-01"))
            .await
            .unwrap()
    }

    /// The counts of the logouts, by day.
    async fn counted(&self) -> Vec<(String, u64)> {
        let days = self.days().await.into_iter();
        days.flat_map(|of_day| {
            let day = of_day.day.to_string();
            let logouts = of_day.counts.into_iter().filter(|(name, _)| *name == CountName::Logout);
            logouts.map(move |(_, count)| (day.clone(), count))
        })
        .collect()
    }

    async fn execute(&self, statement: &'static str) {
        let change = move |connection: &mut AnyConnection| Ok(connection.batch_execute(statement)?);
        self.database.run(change).await.unwrap();
    }
}

fn on(text: &str, count: u64) -> (String, u64) {
    (text.to_owned(), count)
}

#[tokio::test]
async fn an_addition_that_is_repeated_after_a_lost_answer_adds_nothing() {
    each_database(async |database| {
        let process = Process::start(database).await;
        let add = async |sequence: i64, count: u64| {
            let addition = CountAddition {
                writer: "made-up".to_owned(),
                sequence,
                counts: BTreeMap::from([((day("2026-11-27"), CountName::Logout), count)]),
            };
            let (repository, now) = (process.repository.clone(), process.clock.now());
            let work = move |tx: &mut Transaction<'_>| repository.add(tx, &addition, now);
            process.database.transaction(work).await
        };
        // At once: the first attempt still runs when the second one comes.
        let (one, two, three) = tokio::join!(add(1, 5), add(1, 5), add(1, 5));
        let outcomes = [one, two, three];
        assert_eq!(
            outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count(),
            1,
            "{outcomes:?}"
        );
        for outcome in &outcomes {
            assert!(
                matches!(outcome, Ok(_) | Err(RepositoryError::Conflict(_))),
                "{outcome:?}"
            );
        }
        assert!(!add(1, 5).await.unwrap());
        assert!(add(2, 3).await.unwrap());
        assert!(!add(2, 3).await.unwrap() && !add(1, 5).await.unwrap());
        assert_eq!(process.counted().await, [on("2026-11-27", 8)]);
    })
    .await;
}

#[tokio::test]
async fn the_counts_of_two_processes_are_added_up_and_each_account_has_its_own() {
    each_database(async |database| {
        let mut one = Process::start(database).await;
        let mut two = one.replica();
        let mut elsewhere = Process::of(&one.database, &other_app_id(), "Asia/Shanghai", NOON);
        for round in 0..5 {
            one.logouts(round);
            two.logouts(10);
            two.events.record(Event::SignIn(Scope::Base));
            elsewhere.logouts(100);
            tokio::join!(one.writer.round(), two.writer.round(), elsewhere.writer.round());
        }
        assert_eq!(one.counted().await, [on("2026-11-27", 60)]);
        assert_eq!(elsewhere.counted().await, [on("2026-11-27", 500)]);
        let days = one.days().await;
        assert_eq!(days[0].counts, [(CountName::Logout, 60), (CountName::SilentSignIn, 5)]);
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_written_waits_in_the_process_and_is_added_once() {
    each_database(async |database| {
        let mut process = Process::start(database).await;
        process.logouts(1);
        process.writer.round().await;
        process.execute("ALTER TABLE daily_counts RENAME TO elsewhere").await;
        for _ in 0..3 {
            process.logouts(2);
            process.writer.round().await;
        }
        process.execute("ALTER TABLE elsewhere RENAME TO daily_counts").await;
        assert_eq!(process.counted().await, [on("2026-11-27", 1)]);
        process.logouts(4);
        process.writer.round().await;
        assert_eq!(process.counted().await, [on("2026-11-27", 11)]);
        process.writer.round().await;
        assert_eq!(process.counted().await, [on("2026-11-27", 11)]);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_stops_writes_what_it_has_counted() {
    each_database(async |database| {
        let process = Process::start(database).await;
        process.logouts(3);
        process
            .writer
            .run(async { Deadline::after(Duration::from_secs(5)) })
            .await;
        let reader = Process::start(database).await;
        assert_eq!(reader.counted().await, [on("2026-11-27", 3)]);
    })
    .await;
}

/// A server that does not answer in time does the work later all the same: the caller has given up, and repeats it.
#[cfg(any(feature = "postgres", feature = "mysql"))]
#[tokio::test]
async fn an_addition_whose_answer_came_too_late_is_not_added_twice() {
    use fanpass::settings::DatabaseUrl;

    use crate::support::{database_settings, eventually, servers::each_server};

    each_server("answers too late", async |server| {
        server.start();
        let mut settings = database_settings(2);
        settings.pool_timeout = Duration::from_millis(500);
        let database = Database::open(&settings, &DatabaseUrl::new(server.url())).unwrap();
        database.migrate().await.unwrap();
        let mut process = Process::of(&database, &app_id(), "Asia/Shanghai", NOON);
        process.logouts(1);
        process.writer.round().await;
        for _ in 0..3 {
            server.freeze();
            process.logouts(2);
            process.writer.round().await;
            server.thaw();
            let back = async || database.ping().await.is_ok();
            assert!(eventually(Duration::from_secs(5), back).await);
        }
        process.logouts(4);
        let written = async || {
            process.writer.round().await;
            process.events.record(Event::SignIn(Scope::Base));
            process.counted().await.iter().map(|(_, count)| count).sum::<u64>() >= 11
        };
        assert!(eventually(Duration::from_secs(10), written).await);
        assert_eq!(process.counted().await, [on("2026-11-27", 11)]);
    })
    .await;
}

#[tokio::test]
async fn a_day_begins_at_midnight_of_the_zone_also_where_the_clocks_change() {
    each_database(async |database| {
        let mut shanghai = Process::start(database).await;
        let border = "2026-11-27T16:00:00Z";
        let count_at = async |process: &mut Process, moment: &str, shift: i64| {
            let moment = Timestamp::parse(moment).unwrap().plus_seconds(shift);
            process.clock.step_wall(moment.seconds_since(process.clock.now()));
            process.logouts(1);
            process.writer.round().await;
        };
        count_at(&mut shanghai, border, -30).await;
        count_at(&mut shanghai, border, 30).await;
        assert_eq!(shanghai.counted().await, [on("2026-11-27", 1), on("2026-11-28", 1)]);

        let mut berlin = Process::of(&shanghai.database, &other_app_id(), "Europe/Berlin", NOON);
        // The day of 25 hours: 22:30 UTC would be the next day in summer.
        count_at(&mut berlin, "2026-10-25T22:30:00Z", 0).await;
        count_at(&mut berlin, "2026-10-25T23:00:00Z", 30).await;
        assert_eq!(berlin.counted().await, [on("2026-10-25", 1), on("2026-10-26", 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_day_is_closed_once_by_one_of_two_replicas_and_late_counts_still_add() {
    each_database(async |database| {
        let mut process = Process::start(database).await;
        process.logouts(1);
        process.writer.round().await;
        let yesterday = day("2026-11-26");
        assert_eq!(process.upkeep.run().await.unwrap(), [yesterday], "without any event");
        assert_eq!(process.upkeep.run().await.unwrap(), []);

        let replica = process.replica();
        let midnight = Timestamp::parse("2026-11-27T16:00:00Z").unwrap();
        let go_to = |seconds: i64| {
            for clock in [&process.clock, &replica.clock] {
                clock.step_wall(midnight.plus_seconds(seconds).seconds_since(clock.now()));
            }
        };
        go_to(14 * 60);
        assert_eq!(
            process.upkeep.run().await.unwrap(),
            [],
            "other processes may still write"
        );
        go_to(15 * 60 + 5);
        let (one, two) = tokio::join!(process.upkeep.run(), replica.upkeep.run());
        let closed: Vec<Day> = [one, two]
            .into_iter()
            .flat_map(|outcome| match outcome {
                Ok(days) => days,
                Err(RepositoryError::Conflict(_)) => Vec::new(),
                Err(error) => panic!("{error:?}"),
            })
            .collect();
        assert_eq!(closed, [day("2026-11-27")]);

        // A process that was cut off from the database.
        let mut late = process.replica();
        late.logouts(5);
        late.writer.round().await;
        let days: Vec<_> = process
            .days()
            .await
            .into_iter()
            .map(|day| (day.day.to_string(), day.is_closed))
            .collect();
        assert_eq!(days, [("2026-11-26".to_owned(), true), ("2026-11-27".to_owned(), true)]);
        assert_eq!(process.counted().await, [on("2026-11-27", 6)]);
    })
    .await;
}

#[tokio::test]
async fn days_that_were_left_open_are_closed_later_and_old_ones_are_removed() {
    each_database(async |database| {
        let mut process = Process::start(database).await;
        let mut elsewhere = Process::of(&process.database, &other_app_id(), "Asia/Shanghai", NOON);
        for process in [&mut process, &mut elsewhere] {
            process.clock.step_wall(-410 * 24 * 3600);
            for days in [0, 7, 200] {
                process.clock.step_wall(days * 24 * 3600);
                process.logouts(1);
                process.writer.round().await;
            }
        }
        process.execute("INSERT INTO daily_counts (app_id, day, name, count) VALUES ('wx0000000000000001', '2026-11-26', 'scan.taken', 3)").await;
        let now = Timestamp::parse(NOON).unwrap();
        process.clock.step_wall(now.seconds_since(process.clock.now()));
        let closed = process.upkeep.run().await.unwrap();
        assert_eq!(closed.len(), 4, "{closed:?}");
        assert_eq!(closed.last(), Some(&day("2026-11-26")));
        let kept: Vec<_> = process.days().await;
        assert!(kept.iter().all(|day| day.is_closed), "{kept:?}");
        // The first two were 410 and 403 days old. The last one counts what only a newer version knows.
        assert_eq!(kept.len(), 2, "{kept:?}");
        assert_eq!(kept[1].counts, []);
        assert_eq!(elsewhere.counted().await.len(), 3);
    })
    .await;
}
