//! The erasure of nickname and avatar alone, with crashes and with a registration under way.

use std::time::Duration;

use fanpass::{
    cache::{Cache, MemoryCache},
    domain::{AuditActor, Clock, OpenId, ProfileErasure, ProfileState},
    repositories::{RepositoryError, SessionRevocationsRepository, Transaction},
    services::{
        fans::{Erasure, ErasureRequest},
        jobs::LEASE_SECONDS,
    },
};

use super::{OPENID, erasure, grant, handlers, milliseconds, new_fan, registrations, tokens};
use crate::{
    jobs::{process, with_runner},
    support::{Register, app_id, databases::each_database, eventually},
};

fn openid() -> OpenId {
    OpenId::parse(OPENID).unwrap()
}

async fn push(erasure: &Erasure, why: ProfileErasure) -> ErasureRequest {
    let own = erasure.clone();
    let work = move |tx: &mut Transaction<'_>| own.request_profile_in(tx, &openid(), why);
    erasure.fans.database().transaction(work).await.unwrap()
}

/// What the receipt says, if it is finished.
async fn removed(erasure: &Erasure, request: &ErasureRequest) -> Option<serde_json::Value> {
    let receipt = erasure.receipts.find(request.receipt).await.unwrap().unwrap();
    let removed = receipt.finished_at.and(receipt.removed);
    removed.map(|removed| serde_json::from_str(&removed).unwrap())
}

/// Where a process dies.
#[derive(Debug, Clone, Copy)]
enum Crash {
    AfterRequest,
    AfterClaim,
    AfterTheToken,
    BeforeTheLastCommit,
}

async fn clear_and_die(erasure: &Erasure, why: ProfileErasure, crash: Crash) -> ErasureRequest {
    let request = push(erasure, why).await;
    if matches!(crash, Crash::AfterRequest) {
        return request;
    }
    let job = erasure.jobs.claim_one(request.job.unwrap()).await.unwrap().unwrap();
    if matches!(crash, Crash::AfterClaim) {
        return request;
    }
    if why == ProfileErasure::Withdrawn {
        erasure
            .tokens
            .as_ref()
            .unwrap()
            .remove(request.fan.unwrap())
            .await
            .unwrap();
    }
    if matches!(crash, Crash::BeforeTheLastCommit) {
        let (died, receipt) = (erasure.clone(), request.receipt);
        let rolled_back = move |tx: &mut Transaction<'_>| {
            assert!(died.jobs.repository().complete(tx, job.id, died.jobs.holder())?);
            died.receipts.finish(tx, receipt, died.clock.now(), "{}")?;
            Err::<(), _>(RepositoryError::Conflict("died".into()))
        };
        assert!(erasure.fans.database().transaction(rolled_back).await.is_err());
    }
    request
}

#[tokio::test]
async fn a_profile_that_is_cleared_stays_so_through_a_crash_at_every_step() {
    for crash in [
        Crash::AfterRequest,
        Crash::AfterClaim,
        Crash::AfterTheToken,
        Crash::BeforeTheLastCommit,
    ] {
        for why in [ProfileErasure::Cleaned, ProfileErasure::Withdrawn] {
            eprintln!("{crash:?} {why:?}");
            each_database(async |database| {
                let clock = Clock::system();
                let opened = database.open(8);
                opened.migrate().await.unwrap();
                let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
                let dead = erasure(&opened, &clock, &process(&opened, &clock), &cache);
                let (fan, _) = dead.fans.register(new_fan()).await.unwrap();
                let tokens = tokens(&cache, &clock);
                tokens.keep(fan.id, &tokens.from_grant(&grant(&openid()))).await;

                let request = clear_and_die(&dead, why, crash).await;
                let row = dead.fans.find(fan.id).await.unwrap().unwrap();
                assert_eq!(
                    (row.profile.nickname.as_str(), row.profile.avatar_url.as_str()),
                    ("", "")
                );
                assert_eq!(row.profile.unionid, fan.profile.unionid);
                let revocations = SessionRevocationsRepository::new(opened.clone(), app_id());
                assert_eq!(
                    revocations.since(0, 9).await.unwrap().len(),
                    1,
                    "the sessions are ended"
                );
                assert_eq!(removed(&dead, &request).await, None);

                clock.advance(LEASE_SECONDS + 1);
                let jobs = process(&opened, &clock);
                let handlers = handlers(&opened, &clock, &jobs, &cache);
                let finished = async {
                    let finished = eventually(Duration::from_secs(9), async || {
                        removed(&dead, &request).await.is_some()
                    });
                    assert!(finished.await, "{:?}", jobs.page(None).await);
                };
                with_runner(jobs.clone(), handlers, finished).await;
                let was_removed = match (why, crash) {
                    (ProfileErasure::Cleaned, _) | (_, Crash::AfterTheToken | Crash::BeforeTheLastCommit) => "none",
                    _ => "removed",
                };
                let receipt = removed(&dead, &request).await.unwrap();
                assert_eq!(
                    (&receipt["nickname"], &receipt["web_token"]),
                    (&true.into(), &was_removed.into())
                );
                let is_kept = tokens.find(fan.id, &openid()).await.is_some();
                assert_eq!(
                    is_kept,
                    why == ProfileErasure::Cleaned,
                    "it fetches the profile at the next login"
                );
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_registration_under_way_stores_no_profile_that_was_cleared_and_a_new_consent_does() {
    each_database(async |database| {
        let clock = Clock::system();
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let erasure = erasure(&opened, &clock, &process(&opened, &clock), &cache);
        let registrations = registrations(&opened);
        let begun = milliseconds(&clock);
        for (why, state) in [
            (ProfileErasure::Cleaned, ProfileState::Cleared),
            (ProfileErasure::Withdrawn, ProfileState::Withdrawn),
        ] {
            // Without a row the first time, and with one the second.
            let _request = push(&erasure, why).await;
            let (fan, _) = registrations.register(new_fan(), begun).await.unwrap().unwrap();
            assert_eq!((fan.profile.nickname.as_str(), fan.profile_state()), ("", state));
            let stored = erasure.fans.find(fan.id).await.unwrap().unwrap();
            assert_eq!((&stored.profile, stored.profile_state()), (&fan.profile, state));
        }
        clock.advance(1);
        let (fan, _) = registrations
            .register(new_fan(), milliseconds(&clock))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (fan.profile_state(), fan.profile),
            (ProfileState::Fetched, new_fan().profile)
        );
    })
    .await;
}

#[tokio::test]
async fn an_erasure_of_the_whole_fan_finishes_that_of_the_profile() {
    each_database(async |database| {
        let clock = Clock::system();
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let erasure = erasure(&opened, &clock, &process(&opened, &clock), &cache);
        let (fan, _) = erasure.fans.register(new_fan()).await.unwrap();
        let partial = push(&erasure, ProfileErasure::Withdrawn).await;
        assert!(partial.job.is_some());
        let whole = erasure.request(&fan, AuditActor::Fanpass).await.unwrap().unwrap();
        let left = erasure.jobs.page(None).await.unwrap();
        assert_eq!(
            left.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(),
            ["erase_fan"]
        );
        let with = removed(&erasure, &partial).await.unwrap();
        assert_eq!(with["with"], whole.receipt.to_string());
        assert_eq!(erasure.finished(whole.receipt).await.unwrap(), None);
    })
    .await;
}
