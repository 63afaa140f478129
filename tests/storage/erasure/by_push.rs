//! Erasures that a push of the platform asks for, by openid.

use std::{
    sync::{Arc, Mutex},
    thread,
};

use fanpass::{
    cache::{Cache, MemoryCache},
    domain::{AuditActor, Clock, ErasureReason, FanId, JobKind, OpenId},
    repositories::{Added, Database, RepositoryError, Transaction},
    services::{
        fans::{ErasedFan, Erasure, ErasureListener, ErasureListeners, ErasureRequest},
        jobs::Jobs,
    },
};

use super::{OPENID, erasure, milliseconds, new_fan, registrations};
use crate::{
    jobs::process,
    support::{
        Register,
        databases::{TestDatabase, each_database},
    },
};

/// What a listener was told.
type Told = Arc<Mutex<Vec<(Option<FanId>, String, ErasureReason)>>>;

/// Adds a job for each fan that it is told of.
struct Listener {
    told: Told,
    jobs: Jobs,
}

impl ErasureListener for Listener {
    fn fan_erased(&self, tx: &mut Transaction<'_>, fan: &ErasedFan<'_>) -> Result<Vec<Added>, RepositoryError> {
        let told = (fan.id, fan.openid.to_string(), fan.reason);
        self.told.lock().unwrap().push(told);
        let job = self.jobs.once(
            JobKind::CloseDay,
            Some(fan.openid_hash.as_str().to_owned()),
            String::new(),
        );
        Ok(vec![self.jobs.repository().add(tx, &job)?])
    }
}

async fn with_listener(database: &TestDatabase, clock: &Clock) -> (Erasure, Database, Told) {
    let opened = database.open(8);
    opened.migrate().await.unwrap();
    let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
    let (told, jobs) = (Told::default(), process(&opened, clock));
    let listener = Listener {
        told: Arc::clone(&told),
        jobs: jobs.clone(),
    };
    let erasure = Erasure {
        listeners: ErasureListeners::new(vec![Box::new(listener)]),
        ..erasure(&opened, clock, &jobs, &cache)
    };
    (erasure, opened, told)
}

fn openid() -> OpenId {
    OpenId::parse(OPENID).unwrap()
}

async fn push(erasure: &Erasure) -> ErasureRequest {
    let own = erasure.clone();
    let work = move |tx: &mut Transaction<'_>| own.request_in(tx, &openid(), &AuditActor::Platform);
    let request = erasure.fans.database().transaction(work).await.unwrap();
    erasure.note_requested(&request);
    request
}

/// Adds a job about the openid, as a push that is to be passed on.
async fn add_about_the_openid(erasure: &Erasure) {
    let own = erasure.clone();
    let work = move |tx: &mut Transaction<'_>| {
        let hash = own.openid_hash(tx, &openid())?;
        let job = own
            .jobs
            .once(JobKind::CloseDay, Some(hash.as_str().to_owned()), "made-up".to_owned());
        own.jobs.repository().add(tx, &job).map(|_added| ())
    };
    erasure.fans.database().transaction(work).await.unwrap();
}

async fn kinds(erasure: &Erasure) -> Vec<String> {
    let mut kinds: Vec<String> = erasure
        .jobs
        .page(None)
        .await
        .unwrap()
        .into_iter()
        .map(|job| job.kind)
        .collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn a_push_erases_a_fan_by_openid_with_all_jobs_about_them_and_tells_the_listeners() {
    each_database(async |database| {
        let clock = Clock::system();
        let (erasure, opened, told) = with_listener(database, &clock).await;
        let (fan, _) = erasure.fans.register(new_fan()).await.unwrap();
        add_about_the_openid(&erasure).await;
        let request = push(&erasure).await;
        assert_eq!(request.fan, Some(fan.id));
        assert_eq!(erasure.fans.find(fan.id).await.unwrap(), None);
        let expected = (Some(fan.id), OPENID.to_owned(), ErasureReason::AccountClosed);
        assert_eq!(*told.lock().unwrap(), [expected]);
        assert_eq!(
            kinds(&erasure).await,
            ["close_day", "erase_fan"],
            "that of the listener stays"
        );

        let job = erasure.jobs.claim_one(request.job.unwrap()).await.unwrap().unwrap();
        assert_eq!(erasure.jobs.run(&job, erasure.run(&job)).await.unwrap(), None);
        assert!(erasure.finished(request.receipt).await.unwrap().unwrap().row);
        assert_eq!(super::traces(&opened, &clock).await, (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_push_about_somebody_without_a_row_leaves_a_receipt_drops_what_waits_and_a_login_under_way_registers_nobody()
{
    each_database(async |database| {
        let clock = Clock::system();
        let (erasure, opened, told) = with_listener(database, &clock).await;
        let registrations = registrations(&opened);
        let begun = milliseconds(&clock);
        add_about_the_openid(&erasure).await;
        let request = push(&erasure).await;
        assert_eq!((request.fan, request.job), (None, None));
        assert_eq!(kinds(&erasure).await, ["close_day"], "that of the listener");
        assert_eq!(told.lock().unwrap().len(), 1, "others may know them");
        assert!(!erasure.finished(request.receipt).await.unwrap().unwrap().row);

        assert_eq!(registrations.register(new_fan(), begun).await.unwrap(), None);
        clock.advance(1);
        let later = registrations.register(new_fan(), milliseconds(&clock)).await.unwrap();
        assert!(later.is_some());
    })
    .await;
}

/// There is no row that one could wait for.
#[tokio::test]
async fn a_first_registration_and_an_erasure_by_a_push_at_the_same_moment_leave_no_row() {
    each_database(async |database| {
        let clock = Clock::system();
        let (erasure, opened, _) = with_listener(database, &clock).await;
        let registrations = registrations(&opened);
        for _ in 0..15 {
            let begun = milliseconds(&clock);
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    let registrations = registrations.clone();
                    thread::spawn(move || {
                        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                        let register = async { registrations.register(new_fan(), begun).await.map(drop) };
                        runtime.unwrap().block_on(register)
                    })
                })
                .collect();
            let _request = push(&erasure).await;
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
            assert_eq!(erasure.fans.find_by_openid(&openid()).await.unwrap(), None);
            clock.advance(1);
        }
    })
    .await;
}

#[tokio::test]
async fn an_erasure_whose_transaction_fails_leaves_all_as_it_was() {
    each_database(async |database| {
        let clock = Clock::system();
        let (erasure, opened, _) = with_listener(database, &clock).await;
        let (fan, _) = erasure.fans.register(new_fan()).await.unwrap();
        add_about_the_openid(&erasure).await;
        let own = erasure.clone();
        let died = move |tx: &mut Transaction<'_>| {
            let _request = own.request_in(tx, &openid(), &AuditActor::Platform)?;
            Err::<(), _>(RepositoryError::Conflict("died".into()))
        };
        assert!(opened.transaction(died).await.is_err());
        assert_eq!(erasure.fans.find(fan.id).await.unwrap(), Some(fan));
        assert_eq!(kinds(&erasure).await, ["close_day"]);
        assert_eq!(super::traces(&opened, &clock).await, (0, 0));
    })
    .await;
}
