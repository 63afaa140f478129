//! The tables `audit_log` and `audit_chain`: what is added, chained, verified and purged.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::{
        AppId, AuditAct, AuditActor, AuditEntry, ChainFault, ChainPoint, Clock, FanId, JobId, JobKind, OperatorName,
        Random, StoredAudit, Timestamp,
    },
    repositories::{AuditLogRepository, AuditPeriod, Database, JobsRepository, RepositoryError, Transaction},
    services::{
        audit_trail::{AuditTrail, ChainFinding, OperatorLog},
        jobs::Jobs,
    },
};

use crate::support::{
    app_id,
    databases::{TestDatabase, each_database},
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_435_199);
const KEEP_DAYS: u16 = 400;
const DAY: i64 = 24 * 3600;

/// The audit log of one account, and who acts.
struct Log {
    database: Database,
    repository: AuditLogRepository,
    trail: AuditTrail,
    clock: Clock,
}

impl Log {
    fn of(database: &Database, app_id: AppId) -> Self {
        let clock = Clock::system();
        let repository = AuditLogRepository::new(database.clone(), app_id);
        Self {
            trail: AuditTrail::new(database.clone(), repository.clone(), clock.clone(), KEEP_DAYS),
            database: database.clone(),
            repository,
            clock,
        }
    }

    async fn open(database: &TestDatabase) -> Self {
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        Self::of(&opened, app_id())
    }

    /// Another process of the same account.
    fn replica(&self) -> Self {
        Self::of(&self.database, app_id())
    }

    fn neighbour(&self) -> Self {
        Self::of(&self.database, AppId::parse("wx0000000000000002").unwrap())
    }

    async fn add(&self, entry: AuditEntry) {
        let repository = self.repository.clone();
        let work = move |tx: &mut Transaction<'_>| repository.add(tx, &entry);
        self.database.transaction(work).await.unwrap();
    }

    async fn add_many(&self, rows: i64) {
        for number in 0..rows {
            self.add(entry(number)).await;
        }
    }

    async fn rows(&self) -> Vec<StoredAudit> {
        self.repository.page(AuditPeriod::default(), 0, u16::MAX).await.unwrap()
    }

    /// What somebody does who may change the table.
    async fn change(&self, statement: &str) {
        let statement = statement.to_owned();
        let change =
            move |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute(&statement)?);
        self.database.run(change).await.unwrap();
    }

    async fn finding(&self) -> ChainFinding {
        self.trail.verify(None).await.unwrap().finding
    }

    async fn head(&self) -> ChainPoint {
        self.repository.chain().await.unwrap().head
    }
}

fn alice() -> AuditActor {
    AuditActor::Operator(OperatorName::of_command_line(["alice"], 0))
}

fn entry(number: i64) -> AuditEntry {
    AuditEntry::new(NOW.plus_seconds(number), alice(), AuditAct::SignOutAll)
}

#[tokio::test]
async fn entries_are_read_back_exactly_by_account_period_and_page() {
    each_database(async |database| {
        let log = Log::open(database).await;
        let fan = FanId::generate(&Clock::system(), &Random::system());
        log.add(entry(0).about(fan).with("kind", "erase_fan").with("rows", 3_i64))
            .await;
        log.neighbour().add(entry(1)).await;
        log.add(AuditEntry::new(
            NOW.plus_seconds(2),
            AuditActor::Fan(fan),
            AuditAct::Forget,
        ))
        .await;
        log.add(AuditEntry::new(
            NOW.plus_seconds(3),
            AuditActor::Platform,
            AuditAct::Forget,
        ))
        .await;

        let rows = log.rows().await;
        let first = &rows[0].record;
        assert_eq!((first.at, first.app_id.as_str()), (NOW, app_id().as_str()));
        assert_eq!(
            (first.actor_kind.as_str(), first.actor.as_str()),
            ("operator", "cli:alice")
        );
        assert_eq!(
            (first.act.as_str(), first.fan.clone()),
            ("fans.sign_out_all", Some(fan.to_string()))
        );
        assert_eq!(first.details, r#"{"kind":"erase_fan","rows":3}"#);
        let actors: Vec<_> = rows
            .iter()
            .map(|row| (row.record.actor_kind.as_str(), row.record.actor.as_str()))
            .collect();
        let fan = fan.to_string();
        assert_eq!(
            actors,
            [("operator", "cli:alice"), ("fan", fan.as_str()), ("platform", "")]
        );

        let period = AuditPeriod {
            since: Some(NOW.plus_seconds(2)),
            until: Some(NOW.plus_seconds(3)),
        };
        assert_eq!(log.repository.page(period, 0, 9).await.unwrap(), rows[1..2]);
        let rest = log.repository.page(AuditPeriod::default(), first.id, 1).await.unwrap();
        assert_eq!(rest, rows[1..2]);
    })
    .await;
}

#[derive(Debug, thiserror::Error)]
#[error("made up")]
struct MadeUp;

#[tokio::test]
async fn an_act_that_does_not_happen_leaves_no_row() {
    each_database(async |database| {
        let log = Log::open(database).await;
        let repository = log.repository.clone();
        let work = move |tx: &mut Transaction<'_>| {
            repository.add(tx, &entry(0))?;
            Err::<(), _>(RepositoryError::Conflict(MadeUp.into()))
        };
        assert!(log.database.transaction(work).await.is_err());
        assert_eq!(log.rows().await, []);
    })
    .await;
}

#[tokio::test]
async fn what_an_operator_does_with_jobs_is_a_row_if_it_concerned_any() {
    each_database(async |database| {
        let log = Log::open(database).await;
        let operator = OperatorLog::new(log.repository.clone(), OperatorName::of_command_line(["alice"], 0));
        let jobs = JobsRepository::new(log.database.clone(), app_id());
        let jobs = Jobs::new(jobs, log.clock.clone(), Random::system()).for_operator(operator);
        jobs.add_repeating().await.unwrap();
        let repeating = JobId::parse(&jobs.page(None).await.unwrap()[0].id).unwrap();
        assert_eq!(
            jobs.drop(Some(repeating)).await.unwrap(),
            0,
            "it would be missing in silence"
        );
        let once = jobs.once(JobKind::PurgeRevocations, None, String::new());
        let (repository, job) = (jobs.repository().clone(), once.id);
        let add = move |tx: &mut Transaction<'_>| repository.add(tx, &once);
        let _added = log.database.transaction(add).await.unwrap();
        let none = JobId::generate(&log.clock, &Random::system());
        for which in [Some(none), None] {
            assert_eq!(jobs.retry(which).await.unwrap() + jobs.drop(which).await.unwrap(), 0);
        }
        assert_eq!(log.rows().await, []);
        assert_eq!(jobs.retry(Some(job)).await.unwrap(), 1);
        assert_eq!(jobs.drop(Some(job)).await.unwrap(), 1);
        let rows = log.rows().await;
        let acts: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.record.act.as_str(),
                    row.record.actor.as_str(),
                    row.record.details.clone(),
                )
            })
            .collect();
        let details = format!(r#"{{"job":"{job}","jobs":1}}"#);
        assert_eq!(
            acts,
            [
                ("jobs.retry", "cli:alice", details.clone()),
                ("jobs.drop", "cli:alice", details)
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn rows_are_chained_once_in_order_each_account_by_itself_and_then_verify() {
    each_database(async |database| {
        let log = Log::open(database).await;
        let neighbour = log.neighbour();
        log.add_many(3).await;
        neighbour.add_many(1).await;
        assert_eq!(log.trail.verify(None).await.unwrap().waiting, (3, Some(NOW)));
        assert_eq!(log.trail.chain().await.unwrap(), 3);
        assert_eq!(log.trail.chain().await.unwrap(), 0, "each row once");
        let earlier = log.head().await;
        log.add_many(2).await;
        assert_eq!(log.trail.chain().await.unwrap(), 2);

        let positions: Vec<_> = log
            .rows()
            .await
            .iter()
            .map(|row| row.place.as_ref().unwrap().position)
            .collect();
        assert_eq!(positions, [1, 2, 3, 4, 5]);
        let verified = log.trail.verify(Some(earlier)).await.unwrap();
        assert_eq!(
            (verified.finding, verified.rows, verified.waiting),
            (ChainFinding::Intact, 5, (0, None))
        );
        assert_eq!(neighbour.finding().await, ChainFinding::Intact);
        assert_eq!(neighbour.head().await.position, 0, "nobody has chained it yet");
    })
    .await;
}

#[tokio::test]
async fn more_rows_than_a_batch_are_chained_and_verified() {
    each_database(async |database| {
        let log = Log::open(database).await;
        let repository = log.repository.clone();
        let many = move |tx: &mut Transaction<'_>| (0..1203).try_for_each(|number| repository.add(tx, &entry(number)));
        log.database.transaction(many).await.unwrap();
        assert_eq!(log.trail.chain().await.unwrap(), 1203);
        let verified = log.trail.verify(None).await.unwrap();
        assert_eq!((verified.finding, verified.rows), (ChainFinding::Intact, 1203));
    })
    .await;
}

#[tokio::test]
async fn a_row_that_became_visible_late_is_chained_behind_those_that_were_chained_before() {
    each_database(async |database| {
        let log = Log::open(database).await;
        log.add_many(3).await;
        // As if the transaction of the first row had committed last.
        log.change("UPDATE audit_log SET app_id = 'wx0000000000000009' WHERE id = (SELECT low FROM (SELECT MIN(id) AS low FROM audit_log) AS lowest)").await;
        log.trail.chain().await.unwrap();
        log.change("UPDATE audit_log SET app_id = 'wx0000000000000001'").await;
        log.trail.chain().await.unwrap();
        let positions: Vec<_> = log.rows().await.iter().map(|row| row.place.as_ref().unwrap().position).collect();
        assert_eq!(positions, [3, 1, 2]);
        assert_eq!(log.finding().await, ChainFinding::Intact);
    })
    .await;
}

#[tokio::test]
async fn replicas_that_chain_at_once_make_one_chain() {
    each_database(async |database| {
        let log = Arc::new(Log::open(database).await);
        let replicas: Vec<_> = (0..4)
            .map(|_| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    let replica = log.replica();
                    for number in 0..10 {
                        replica.add(entry(number)).await;
                        // Another replica was faster: the next round takes what is left.
                        match replica.trail.chain().await {
                            Ok(_) | Err(RepositoryError::Conflict(_)) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                })
            })
            .collect();
        for replica in replicas {
            replica.await.unwrap();
        }
        log.trail.chain().await.unwrap();
        let verified = log.trail.verify(None).await.unwrap();
        assert_eq!((verified.finding, verified.rows), (ChainFinding::Intact, 40));
    })
    .await;
}

#[tokio::test]
async fn what_somebody_changes_in_the_table_is_found_and_named() {
    each_database(async |database| {
        let log = Log::open(database).await;
        log.add_many(5).await;
        log.trail.chain().await.unwrap();
        let rows = log.rows().await;
        let (id, position) = (rows[2].record.id, 3);
        let broken = async |fault| assert_eq!(log.finding().await, ChainFinding::Broken(fault));

        log.change(&format!("UPDATE audit_log SET actor = 'cli:mallory' WHERE id = {id}")).await;
        broken(ChainFault::Altered { id, position }).await;
        log.change(&format!("UPDATE audit_log SET actor = 'cli:alice' WHERE id = {id}")).await;
        assert_eq!(log.finding().await, ChainFinding::Intact);

        log.change(&format!("UPDATE audit_log SET position = NULL, prev = NULL, hash = NULL WHERE id = {id}")).await;
        broken(ChainFault::Removed { position }).await;
        log.change(&format!("DELETE FROM audit_log WHERE id = {id}")).await;
        broken(ChainFault::Removed { position }).await;

        // The end of the chain is known apart from the rows.
        let log = log.neighbour();
        log.add_many(3).await;
        log.trail.chain().await.unwrap();
        let last = log.rows().await[2].record.id;
        let invented = format!(
            "INSERT INTO audit_log (app_id, at, actor_kind, actor, act, details, position, prev, hash) SELECT app_id, at, \
             actor_kind, actor, act, details, 4, hash, prev FROM audit_log WHERE id = {last}"
        );
        log.change(&invented).await;
        let id = log.rows().await[3].record.id;
        assert_eq!(log.finding().await, ChainFinding::Broken(ChainFault::Inserted { id, position: 4 }));
        log.change(&format!("UPDATE audit_log SET position = -7 WHERE id = {id}")).await;
        assert_eq!(log.finding().await, ChainFinding::Broken(ChainFault::Inserted { id, position: -7 }));
        log.change(&format!("DELETE FROM audit_log WHERE id >= {last} AND app_id = 'wx0000000000000002'")).await;
        assert_eq!(log.finding().await, ChainFinding::Broken(ChainFault::Removed { position: 3 }));
    })
    .await;
}

#[tokio::test]
async fn a_chain_that_somebody_made_anew_is_found_by_a_head_that_was_noted_elsewhere() {
    each_database(async |database| {
        let log = Log::open(database).await;
        log.add_many(4).await;
        log.trail.chain().await.unwrap();
        let noted = log.head().await;
        // Whoever may write everything alters a row and computes all hashes again, as the job does.
        let anew = "UPDATE audit_log SET actor = 'cli:mallory', position = NULL, prev = NULL, hash = NULL";
        log.change(anew).await;
        log.change("DELETE FROM audit_chain").await;
        log.trail.chain().await.unwrap();
        assert_eq!(
            log.finding().await,
            ChainFinding::Intact,
            "the chain alone does not show it"
        );
        let finding = log.trail.verify(Some(noted)).await.unwrap().finding;
        assert_eq!(
            finding,
            ChainFinding::Broken(ChainFault::OtherThanNoted { position: 4 })
        );

        log.change("DELETE FROM audit_log WHERE position > 2").await;
        let second = log.rows().await[1].place.clone().unwrap();
        log.change(&format!(
            "UPDATE audit_chain SET position = 2, hash = '{}'",
            second.hash
        ))
        .await;
        assert_eq!(
            log.finding().await,
            ChainFinding::Intact,
            "nor that its end was cut off"
        );
        let finding = log.trail.verify(Some(noted)).await.unwrap().finding;
        assert_eq!(finding, ChainFinding::Broken(ChainFault::Removed { position: 3 }));
    })
    .await;
}

/// Otherwise whoever may write the table could have old dates purge young rows.
#[tokio::test]
async fn a_purge_takes_nothing_that_is_not_as_it_was_chained() {
    each_database(async |database| {
        let log = Log::open(database).await;
        log.clock.step_wall(NOW.seconds_since(log.clock.now()));
        for _ in 0..3 {
            log.add(AuditEntry::new(NOW, alice(), AuditAct::SignOutAll)).await;
        }
        log.trail.chain().await.unwrap();
        let first = log.rows().await[0].record.id;
        log.change(&format!(
            "UPDATE audit_log SET at = '2000-01-01 00:00:00' WHERE id = {first}"
        ))
        .await;
        let refused = log.trail.purge().await.unwrap_err();
        assert!(matches!(refused, RepositoryError::Corrupt(_)), "{refused:?}");
        assert_eq!(log.rows().await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_purge_removes_what_is_older_than_the_setting_and_the_rest_still_verifies() {
    each_database(async |database| {
        let log = Log::open(database).await;
        log.clock.step_wall(NOW.seconds_since(log.clock.now()));
        let at = |days: i64| NOW.plus_seconds(-days * DAY - 3600);
        let old = |days| AuditEntry::new(at(days), alice(), AuditAct::SignOutAll);
        for days in [500, 401, 400, 399, 500, 0] {
            log.add(old(days)).await;
        }
        assert_eq!(log.trail.purge().await.unwrap(), 0, "what is not chained stays");
        log.trail.chain().await.unwrap();
        let purged = log.rows().await[2].place.clone().unwrap();
        let noted = log.rows().await[1].point().unwrap();
        let neighbour = log.neighbour();
        neighbour.add(old(500)).await;
        neighbour.trail.chain().await.unwrap();

        assert_eq!(log.trail.purge().await.unwrap(), 3);
        assert_eq!(log.trail.purge().await.unwrap(), 0);
        // The old row behind a young one goes with it: the chain has no gaps.
        assert_eq!(log.rows().await.len(), 3);
        assert_eq!(neighbour.rows().await.len(), 1);
        let verified = log.trail.verify(None).await.unwrap();
        assert_eq!((verified.finding, verified.rows), (ChainFinding::Intact, 3));
        assert_eq!(verified.state.purged.position, 3);
        assert_eq!(verified.state.purged.hash.to_string(), purged.hash);
        let anchor = verified.state.purged;
        assert_eq!(
            log.trail.verify(Some(anchor)).await.unwrap().finding,
            ChainFinding::Intact
        );
        assert_eq!(
            log.trail.verify(Some(noted)).await.unwrap().finding,
            ChainFinding::NotedIsPurged
        );

        // Rows that go without the purge are missed all the same.
        let first = log.rows().await[0].record.id;
        log.change(&format!("DELETE FROM audit_log WHERE id = {first}")).await;
        assert_eq!(
            log.finding().await,
            ChainFinding::Broken(ChainFault::Removed { position: 4 })
        );
        log.add(entry(0)).await;
        assert_eq!(log.trail.chain().await.unwrap(), 1, "a broken chain goes on");
        assert_eq!(
            log.finding().await,
            ChainFinding::Broken(ChainFault::Removed { position: 4 })
        );
    })
    .await;
}

#[tokio::test]
async fn a_purge_and_new_rows_do_not_disturb_a_verification() {
    each_database(async |database| {
        let log = Log::open(database).await;
        log.clock.step_wall(NOW.seconds_since(log.clock.now()));
        for number in 0..50 {
            log.add(AuditEntry::new(
                NOW.plus_seconds((number - 425) * DAY),
                alice(),
                AuditAct::SignOutAll,
            ))
            .await;
        }
        log.trail.chain().await.unwrap();
        let changes = async {
            for number in 0..25 {
                log.clock.step_wall(DAY);
                log.trail.purge().await.unwrap();
                log.add(entry(number)).await;
                log.trail.chain().await.unwrap();
            }
        };
        let verifications = async {
            for _ in 0..25 {
                assert_eq!(log.finding().await, ChainFinding::Intact);
            }
        };
        tokio::join!(changes, verifications);
    })
    .await;
}
