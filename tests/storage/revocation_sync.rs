//! Session revocations in two processes that share one database.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use fanpass::{
    cache::{Cache, MemoryCache},
    domain::{AppId, Clock, Deadline, FanId, OpenId, Random, SessionGeneration, SignIn, Timestamp, WebToken},
    repositories::{Database, SessionRevocationsRepository, SignOut},
    services::{
        ServiceError,
        login::AuthenticatedFan,
        sealing::{KeyUse, Sealer},
        sessions::{RevocationSync, RevocationSyncParts, SessionRevocations, Sessions},
        web_tokens::WebTokens,
    },
    settings::SessionKey,
};

use crate::{
    session_revocations::{current_generation, logout},
    support::{
        app_id,
        databases::{TestDatabase, each_database},
        sign_out,
    },
};

/// One process.
struct Process {
    sessions: Sessions,
    revocations: SessionRevocations,
    follower: RevocationSync,
    repository: SessionRevocationsRepository,
    tokens: WebTokens,
    database: Database,
}

impl Process {
    /// A process that has not read the revocations yet.
    fn new(database: &TestDatabase, clock: &Clock) -> Self {
        let opened = database.open(2);
        let repository = SessionRevocationsRepository::new(opened.clone(), app_id());
        let revocations = SessionRevocations::new(repository.clone(), clock.clone());
        let sealer = Sealer::derive(
            &SessionKey::new([7; 64]).into(),
            &app_id(),
            KeyUse::WebToken,
            Random::system(),
        );
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let tokens = WebTokens::new(cache, sealer, clock.clone(), Random::system());
        let follower = RevocationSync::new(RevocationSyncParts {
            revocations: revocations.clone(),
            tokens: tokens.clone(),
            random: Random::system(),
        });
        Self {
            sessions: Sessions::new(app_id(), clock.clone(), Random::system(), 3600, revocations.list()),
            revocations,
            follower,
            repository,
            tokens,
            database: opened,
        }
    }

    async fn started(database: &TestDatabase, clock: &Clock) -> Self {
        let mut process = Self::new(database, clock);
        process.database.migrate().await.unwrap();
        process.follower.round().await;
        process
    }

    async fn sign_in(&self, id: FanId) -> SignIn {
        let openid = OpenId::parse("oOne").unwrap();
        let generation = current_generation(&self.database, &app_id()).await;
        self.sessions.begin(AuthenticatedFan { id, openid, generation })
    }

    fn is_live(&self, sign_in: &SignIn) -> bool {
        self.sessions.is_live(sign_in).unwrap()
    }

    async fn sign_out(&self, what: SignOut, clock: &Clock) {
        let now = clock.now();
        let until = now.plus_seconds(86_400);
        sign_out(&self.database, &self.repository, what, now, until)
            .await
            .unwrap();
    }

    async fn execute(&self, statement: &'static str) {
        let run = self
            .database
            .run(move |connection| Ok(connection.batch_execute(statement)?));
        run.await.unwrap();
    }
}

fn a_fan() -> FanId {
    FanId::generate(&Clock::system(), &Random::system())
}

#[tokio::test]
async fn a_session_ends_by_the_servers_clock() {
    each_database(async |database| {
        let clock = Clock::system();
        let process = Process::started(database, &clock).await;
        let sign_in = process.sign_in(a_fan()).await;
        assert!(process.is_live(&sign_in));
        clock.advance(3590);
        assert!(process.is_live(&sign_in));
        clock.advance(20);
        assert!(!process.is_live(&sign_in));
        clock.advance(-7300);
        assert!(!process.is_live(&sign_in), "a session from the far future is none");
    })
    .await;
}

#[tokio::test]
async fn a_session_is_over_at_its_own_end_also_when_sessions_last_longer_now() {
    each_database(async |database| {
        let clock = Clock::system();
        let process = Process::started(database, &clock).await;
        let mut sign_in = process.sign_in(a_fan()).await;
        sign_in.until = clock.now().plus_seconds(60);
        assert!(process.is_live(&sign_in));
        clock.advance(61);
        assert!(!process.is_live(&sign_in));
    })
    .await;
}

#[tokio::test]
async fn a_logout_counts_here_at_once_and_elsewhere_after_the_next_round() {
    each_database(async |database| {
        let clock = Clock::system();
        let here = Process::started(database, &clock).await;
        let mut there = Process::started(database, &clock).await;
        let (ended, other) = (here.sign_in(a_fan()).await, here.sign_in(a_fan()).await);
        here.revocations.revoke(&ended).await;
        assert!(!here.is_live(&ended) && there.is_live(&ended));
        there.follower.round().await;
        assert!(!there.is_live(&ended) && there.is_live(&other));
        let late = Process::started(database, &clock).await;
        assert!(
            !late.is_live(&ended),
            "a process that starts later learns of it before it serves"
        );
    })
    .await;
}

/// As at the end of a process: the runtime of the thread that writes the revocation is gone before the write has begun.
#[tokio::test]
async fn a_logout_whose_write_is_cut_off_is_written_at_the_end() {
    each_database(async |database| {
        let clock = Clock::system();
        let revocation = Process::started(database, &clock).await;
        let sign_in = revocation.sign_in(a_fan()).await;
        let busy = keep_busy(&revocation.database).await;
        let (revocations, ended) = (revocation.revocations.clone(), sign_in.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let logout = async { tokio::time::timeout(Duration::from_millis(50), revocations.revoke(&ended)).await };
            assert!(runtime.block_on(logout).is_err(), "it waits for a connection");
            runtime.shutdown_background();
        })
        .join()
        .unwrap();
        assert!(!revocation.is_live(&sign_in), "here it holds");
        drop(busy);
        revocation
            .follower
            .run(async { Deadline::after(Duration::from_secs(10)) })
            .await;
        let late = Process::started(database, &clock).await;
        assert!(!late.is_live(&sign_in), "and the database knows");
    })
    .await;
}

/// Uses both connections until the returned senders are dropped.
async fn keep_busy(database: &Database) -> Vec<std::sync::mpsc::Sender<()>> {
    let mut busy = Vec::new();
    for _ in 0..2 {
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let database = database.clone();
        tokio::spawn(async move {
            let hold = database.run(move |_| {
                begun.send(()).unwrap();
                // It ends with the sender.
                held.recv().ok();
                Ok(())
            });
            hold.await.unwrap();
        });
        has_begun.await.unwrap();
        busy.push(hold);
    }
    busy
}

#[tokio::test]
async fn sessions_are_neither_good_nor_revoked_before_the_database_was_reached() {
    each_database(async |database| {
        let clock = Clock::system();
        let started = Process::started(database, &clock).await;
        let sign_in = started.sign_in(a_fan()).await;
        let mut unaware = Process::new(database, &clock);
        let unknown =
            |process: &Process| matches!(process.sessions.is_live(&sign_in), Err(ServiceError::SessionsUnknown));
        assert!(unknown(&unaware));
        started.execute("ALTER TABLE session_endings RENAME TO elsewhere").await;
        unaware.follower.round().await;
        assert!(unknown(&unaware));
        started.execute("ALTER TABLE elsewhere RENAME TO session_endings").await;
        unaware.follower.round().await;
        assert!(unaware.is_live(&sign_in));
    })
    .await;
}

#[tokio::test]
async fn a_sign_out_ends_what_began_before_it_and_nothing_that_begins_in_the_same_second() {
    each_database(async |database| {
        let clock = Clock::system();
        let operator = Process::started(database, &clock).await;
        let mut replica = Process::started(database, &clock).await;
        let (fan, neighbour) = (a_fan(), a_fan());
        let before = replica.sign_in(fan).await;
        let besides = replica.sign_in(neighbour).await;
        operator.sign_out(SignOut::Fan(fan), &clock).await;
        // The replica has not read the sign-out, but this session is good forever.
        let after = replica.sign_in(fan).await;
        replica.follower.round().await;
        assert_eq!(
            [&before, &after, &besides].map(|sign_in| replica.is_live(sign_in)),
            [false, true, true]
        );

        operator.sign_out(SignOut::All, &clock).await;
        let anew = replica.sign_in(fan).await;
        replica.follower.round().await;
        assert_eq!(
            [&after, &besides, &anew].map(|sign_in| replica.is_live(sign_in)),
            [false, false, true]
        );
    })
    .await;
}

#[tokio::test]
async fn a_row_that_becomes_visible_late_is_not_missed() {
    each_database(async |database| {
        let clock = Clock::system();
        let writer = Process::started(database, &clock).await;
        let mut reader = Process::started(database, &clock).await;
        // As if another transaction had taken the id 5 first and committed last.
        writer.repository.add(vec![logout()]).await.unwrap();
        writer.execute("UPDATE session_endings SET id = 5000").await;
        // The rounds soon after read recent rows again. Later the sweep reads all rows, page by page.
        for (rounds_before, rounds_after) in [(21, 1), (40, 10)] {
            let sign_in = writer.sign_in(a_fan()).await;
            for _ in 0..rounds_before {
                reader.follower.round().await;
            }
            writer.revocations.revoke(&sign_in).await;
            writer
                .execute("UPDATE session_endings SET id = 5 WHERE id <> 5000")
                .await;
            for _ in 0..rounds_after {
                reader.follower.round().await;
            }
            assert!(!reader.is_live(&sign_in), "after {rounds_before} rounds");
            writer.execute("DELETE FROM session_endings WHERE id = 5").await;
        }
    })
    .await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_transaction_that_commits_behind_later_ones_is_not_missed() {
    use diesel::{Connection, PgConnection};

    let Some(database) = crate::support::databases::postgres() else {
        return;
    };
    let clock = Clock::system();
    let mut reader = Process::started(&database, &clock).await;
    let (slow, quick) = (reader.sign_in(a_fan()).await, reader.sign_in(a_fan()).await);
    let row = format!(
        "BEGIN; INSERT INTO session_endings (app_id, kind, subject, epoch, ended_at, expires_at) VALUES ('{}', \
         'session', '{}', 0, now(), to_timestamp({}) AT TIME ZONE 'UTC')",
        app_id(),
        slow.sid.expose(),
        slow.forgettable_at().unix_seconds()
    );
    let mut connection = PgConnection::establish(&database.url).unwrap();
    connection.batch_execute(&row).unwrap();
    Process::started(&database, &clock)
        .await
        .revocations
        .revoke(&quick)
        .await;
    reader.follower.round().await;
    assert!(!reader.is_live(&quick) && reader.is_live(&slow));
    connection.batch_execute("COMMIT").unwrap();
    reader.follower.round().await;
    assert!(!reader.is_live(&slow));
}

#[tokio::test]
async fn a_logout_without_a_database_counts_here_and_is_written_when_it_is_back() {
    each_database(async |database| {
        let clock = Clock::system();
        let mut here = Process::started(database, &clock).await;
        let mut there = Process::started(database, &clock).await;
        let sign_in = here.sign_in(a_fan()).await;
        there.execute("ALTER TABLE session_endings RENAME TO elsewhere").await;
        here.revocations.revoke(&sign_in).await;
        for _ in 0..4 {
            here.follower.round().await;
            there.follower.round().await;
        }
        assert!(!here.is_live(&sign_in));
        assert!(there.is_live(&sign_in), "what is known serves on");
        there.execute("ALTER TABLE elsewhere RENAME TO session_endings").await;
        here.follower.round().await;
        there.follower.round().await;
        assert!(!there.is_live(&sign_in));
        assert_eq!(
            here.repository.since(0, 9).await.unwrap().len(),
            1,
            "it is written once"
        );
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_written_when_the_process_stops() {
    each_database(async |database| {
        let clock = Clock::system();
        let here = Process::started(database, &clock).await;
        let sign_in = here.sign_in(a_fan()).await;
        here.execute("ALTER TABLE session_endings RENAME TO elsewhere").await;
        here.revocations.revoke(&sign_in).await;
        here.execute("ALTER TABLE elsewhere RENAME TO session_endings").await;
        here.follower
            .run(async { Deadline::after(Duration::from_secs(5)) })
            .await;
        assert!(!Process::started(database, &clock).await.is_live(&sign_in));
    })
    .await;
}

#[tokio::test]
async fn the_token_of_a_forgotten_fan_goes_from_the_memory_of_every_process() {
    each_database(async |database| {
        let clock = Clock::system();
        let operator = Process::started(database, &clock).await;
        let mut replica = Process::started(database, &clock).await;
        let openid = OpenId::parse("oOne").unwrap();
        let (forgotten, signed_out) = (a_fan(), a_fan());
        let token = WebToken {
            openid: openid.clone(),
            access_token: "made-up".into(),
            access_until: clock.now().plus_seconds(60),
            refresh_token: "made-up".into(),
            refresh_until: clock.now().plus_seconds(600),
        };
        for fan in [forgotten, signed_out] {
            replica.tokens.keep(fan, &token).await;
        }
        operator.sign_out(SignOut::Forget(forgotten), &clock).await;
        operator.sign_out(SignOut::Fan(signed_out), &clock).await;
        replica.follower.round().await;
        assert!(replica.tokens.find(forgotten, &openid).await.is_none());
        assert!(replica.tokens.find(signed_out, &openid).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn accounts_do_not_end_each_others_sessions() {
    each_database(async |database| {
        let clock = Clock::system();
        let mut process = Process::started(database, &clock).await;
        let sign_in = process.sign_in(a_fan()).await;
        let elsewhere =
            SessionRevocationsRepository::new(process.database.clone(), AppId::parse("wx0000000000000002").unwrap());
        let now: Timestamp = clock.now();
        let until = now.plus_seconds(60);
        sign_out(&process.database, &elsewhere, SignOut::All, now, until)
            .await
            .unwrap();
        process.follower.round().await;
        assert!(process.is_live(&sign_in));
        assert_eq!(sign_in.generation, SessionGeneration::default());
    })
    .await;
}
