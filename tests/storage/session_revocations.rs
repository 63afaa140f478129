//! The tables `session_endings` and `sign_out_epochs`.

use std::thread;

use diesel::{connection::SimpleConnection, prelude::*};
use fanpass::{
    domain::{AppId, Clock, FanId, Random, Revocation, RevocationScope, SessionGeneration, SessionId, Timestamp},
    repositories::{
        AnyConnection, Database, FansRepository, RepositoryError, SessionRevocationsRepository, SignOut, Transaction,
    },
};

use crate::{
    listing::fan,
    support::{
        Register, app_id,
        databases::{TestDatabase, each_database},
        sign_out,
    },
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_435_199);
const UNTIL: Timestamp = Timestamp::from_unix_seconds(1_795_438_859);

pub fn logout() -> Revocation {
    Revocation {
        scope: RevocationScope::Session(SessionId::generate(&Random::system())),
        revoked_at: NOW,
        expires_at: UNTIL,
    }
}

async fn repository(database: &TestDatabase) -> (Database, SessionRevocationsRepository) {
    let opened = database.open(8);
    opened.migrate().await.unwrap();
    (opened.clone(), SessionRevocationsRepository::new(opened, app_id()))
}

fn other_app_id() -> AppId {
    AppId::parse("wx0000000000000002").unwrap()
}

fn of_another_account(database: Database) -> SessionRevocationsRepository {
    SessionRevocationsRepository::new(database, other_app_id())
}

diesel::table! {
    #[sql_name = "sign_out_epochs"]
    session_generations (app_id) {
        app_id -> Text,
        #[sql_name = "epoch"]
        generation -> BigInt,
    }
}

/// The generation of an account as it stands in its row.
pub async fn current_generation(database: &Database, app_id: &AppId) -> SessionGeneration {
    let app_id = app_id.to_string();
    let query = move |connection: &mut AnyConnection| {
        let row = session_generations::table
            .find(&app_id)
            .select(session_generations::generation);
        Ok(row.first(connection).optional()?)
    };
    SessionGeneration::new(database.run(query).await.unwrap().unwrap_or_default())
}

async fn all(revocations: &SessionRevocationsRepository) -> Vec<Revocation> {
    let rows = revocations.since(0, u16::MAX).await.unwrap();
    assert!(rows.is_sorted_by(|one, next| one.id < next.id));
    rows.into_iter().map(|rows| rows.revocation.unwrap()).collect()
}

fn generations(revocations: &[Revocation]) -> Vec<i64> {
    let generation = |revocation: &Revocation| match revocation.scope {
        RevocationScope::Session(_) => SessionGeneration::default(),
        RevocationScope::Fan { generation, .. } | RevocationScope::All { generation } => generation,
    };
    revocations
        .iter()
        .map(|revocation| generation(revocation).number())
        .collect()
}

#[tokio::test]
async fn revocations_are_read_back_exactly_and_page_by_page() {
    each_database(async |database| {
        let (opened, revocations) = repository(database).await;
        let fan = FanId::generate(&Clock::system(), &Random::system());
        let generation = SessionGeneration::new(7);
        let of_fan = |forgotten| RevocationScope::Fan {
            fan,
            generation,
            forgotten,
        };
        let kinds = [of_fan(false), of_fan(true), RevocationScope::All { generation }];
        let mut written = vec![logout()];
        written.extend(kinds.map(|scope| Revocation { scope, ..logout() }));
        revocations.add(written.clone()).await.unwrap();
        of_another_account(opened).add(vec![logout()]).await.unwrap();
        assert_eq!(all(&revocations).await, written);
        let first = revocations.since(0, 3).await.unwrap();
        let rest = revocations.since(first[2].id, 3).await.unwrap();
        assert_eq!((first.len(), rest.len()), (3, 1));
        assert_eq!(rest[0].revocation, written.last().copied());
    })
    .await;
}

#[tokio::test]
async fn a_kind_of_a_later_version_hides_no_other_row() {
    each_database(async |database| {
        let (opened, revocations) = repository(database).await;
        let row = "INSERT INTO session_endings (app_id, kind, subject, epoch, ended_at, expires_at) VALUES \
                   ('wx0000000000000001', 'device', '', 0, '2026-11-23 12:00:00', '2026-11-23 13:00:00')";
        opened
            .run(move |connection| Ok(connection.batch_execute(row)?))
            .await
            .unwrap();
        revocations.add(vec![logout()]).await.unwrap();
        let rows = revocations.since(0, 9).await.unwrap();
        assert!(rows[0].revocation.is_none() && rows[1].revocation.is_some());
    })
    .await;
}

#[tokio::test]
async fn each_sign_out_begins_a_generation_of_its_account_that_no_restore_repeats() {
    each_database(async |database| {
        let (opened, revocations) = repository(database).await;
        assert_eq!(
            current_generation(&opened, &app_id()).await,
            SessionGeneration::default()
        );
        for _ in 0..3 {
            sign_out(&opened, &revocations, SignOut::All, NOW, UNTIL).await.unwrap();
        }
        let now = NOW.unix_seconds();
        assert_eq!(generations(&all(&revocations).await), [now, now + 1, now + 2]);
        assert_eq!(current_generation(&opened, &app_id()).await.number(), now + 2);
        assert_eq!(
            current_generation(&opened, &other_app_id()).await,
            SessionGeneration::default()
        );
        // After a restore of an older state, the next generation is still higher than that of any session.
        let restore = "UPDATE sign_out_epochs SET epoch = 1";
        opened
            .run(move |connection| Ok(connection.batch_execute(restore)?))
            .await
            .unwrap();
        sign_out(&opened, &revocations, SignOut::All, NOW.plus_seconds(60), UNTIL)
            .await
            .unwrap();
        assert_eq!(current_generation(&opened, &app_id()).await.number(), now + 60);
    })
    .await;
}

#[tokio::test]
async fn operators_who_act_at_once_get_a_generation_each() {
    each_database(async |database| {
        let (opened, revocations) = repository(database).await;
        let act = |opened: Database, revocations: SessionRevocationsRepository| async move {
            for _ in 0..5 {
                sign_out(&opened, &revocations, SignOut::All, NOW, UNTIL).await.unwrap();
            }
        };
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (opened, revocations) = (opened.clone(), revocations.clone());
                thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                    runtime.unwrap().block_on(act(opened, revocations));
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        // In the order of the rows too, so that a reader never sees a later generation first.
        let expected: Vec<i64> = (0..40).map(|number| NOW.unix_seconds() + number).collect();
        assert_eq!(generations(&all(&revocations).await), expected);
    })
    .await;
}

/// Forgets a fan in one transaction. Returns whether there was a row.
async fn forget(
    database: &Database,
    revocations: &SessionRevocationsRepository,
    fan: FanId,
    app_id: AppId,
) -> Result<bool, RepositoryError> {
    let (fans, revocations) = (FansRepository::new(database.clone(), app_id), revocations.clone());
    let work = move |tx: &mut Transaction<'_>| {
        revocations.sign_out(tx, SignOut::Forget(fan), NOW, UNTIL)?;
        fans.remove(tx, fan)
    };
    database.transaction(work).await
}

#[tokio::test]
async fn forgetting_a_fan_removes_the_row_and_the_sessions_in_one_transaction() {
    each_database(async |database| {
        let (opened, revocations) = repository(database).await;
        let fans = FansRepository::new(opened.clone(), app_id());
        let (forgotten, _) = fans.register(fan("oOne", None)).await.unwrap();
        let (other, _) = fans.register(fan("oTwo", None)).await.unwrap();
        assert!(
            !forget(
                &opened,
                &of_another_account(opened.clone()),
                forgotten.id,
                other_app_id()
            )
            .await
            .unwrap()
        );
        assert!(!revocations.was_forgotten(forgotten.id).await.unwrap());

        // If the row cannot be removed, nothing happens at all.
        let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
        let away = rename("fans_profiles", "elsewhere");
        opened
            .run(move |connection| Ok(connection.batch_execute(&away)?))
            .await
            .unwrap();
        let refused = forget(&opened, &revocations, forgotten.id, app_id()).await;
        assert!(matches!(refused, Err(RepositoryError::Other(_))), "{refused:?}");
        assert_eq!(all(&revocations).await, []);
        assert_eq!(
            current_generation(&opened, &app_id()).await,
            SessionGeneration::default()
        );
        let back = rename("elsewhere", "fans_profiles");
        opened
            .run(move |connection| Ok(connection.batch_execute(&back)?))
            .await
            .unwrap();

        assert!(forget(&opened, &revocations, forgotten.id, app_id()).await.unwrap());
        assert!(
            !forget(&opened, &revocations, forgotten.id, app_id()).await.unwrap(),
            "it is gone already"
        );
        assert!(revocations.was_forgotten(forgotten.id).await.unwrap());
        assert!(!revocations.was_forgotten(other.id).await.unwrap());
        assert_eq!(fans.find(forgotten.id).await.unwrap(), None);
        assert!(
            !fans
                .refresh_profile(forgotten.id, &forgotten.profile, NOW)
                .await
                .unwrap()
        );
        assert_eq!(fans.find(other.id).await.unwrap(), Some(other));
        let (again, _) = fans.register(fan("oOne", None)).await.unwrap();
        assert_ne!(again.id, forgotten.id, "a fan who registers again is another one");
    })
    .await;
}

#[tokio::test]
async fn a_purge_removes_expired_rows_in_bounded_steps_and_ids_are_not_reused() {
    each_database(async |database| {
        let (opened, revocations) = repository(database).await;
        let expiring = |seconds| Revocation {
            expires_at: NOW.plus_seconds(seconds),
            ..logout()
        };
        revocations.add((-9..1).map(expiring).collect()).await.unwrap();
        let kept = vec![expiring(1), expiring(2)];
        revocations.add(kept.clone()).await.unwrap();
        of_another_account(opened).add(vec![expiring(-1)]).await.unwrap();
        let newest = revocations.since(0, u16::MAX).await.unwrap().last().unwrap().id;
        assert_eq!(revocations.purge(NOW, 3).await.unwrap(), 4);
        assert_eq!(revocations.purge(NOW, 3).await.unwrap(), 4);
        assert_eq!(revocations.purge(NOW, 3).await.unwrap(), 2);
        assert_eq!(revocations.purge(NOW, 3).await.unwrap(), 0);
        assert_eq!(all(&revocations).await, kept);
        assert_eq!(revocations.purge(UNTIL, 9).await.unwrap(), 2);
        revocations.add(vec![logout()]).await.unwrap();
        assert!(revocations.since(0, 1).await.unwrap()[0].id > newest);
    })
    .await;
}
