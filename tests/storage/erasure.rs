//! The erasure of a fan, with crashes and with a registration at the same moment.

mod avatars;
mod by_push;
mod profile;
mod unfollowed;

use std::{thread, time::Duration};

use fanpass::{
    cache::{Cache, MemoryCache},
    clients::{
        apps::{AppsClient, OwnListeners, Resolver},
        wechat::{Grant, TlsConfig, WeChatClient},
    },
    domain::{AppId, AuditAct, AuditActor, Clock, CountName, FansProfile, JobKind, OpenId, Random, TimeZone},
    jobs::Handlers,
    repositories::{
        AccountSecretsRepository, AuditLogRepository, AuditPeriod, DailyCountsRepository, Database,
        ErasureReceiptsRepository, FansRepository, NewFan, PushReceiptsRepository, SecretUse,
        SessionRevocationsRepository, Transaction, UsedOnceRepository,
    },
    resilience::ConcurrencyLimit,
    services::{
        account_tokens::{AccountTokens, SharedTokens, SharedTokensParts},
        audit_trail::AuditTrail,
        daily_counts::DailyCountsUpkeep,
        fans::{Erasure, ErasureListeners, Registrations, Requested, TokenRemoval, UnfollowedFans},
        jobs::{Jobs, LEASE_SECONDS},
        push::{
            PushPurge,
            forward::{ForwardSender, ForwardSenderParts, ForwardTargets},
        },
        sealing::{KeyUse, Sealer},
        sessions::RevocationPurge,
        web_tokens::WebTokens,
    },
    settings::{ForwardSecrets, SessionKey},
};

use crate::{
    jobs::{process, with_runner},
    listing::fan,
    support::{Register, app_id, databases::each_database, eventually},
};

const OPENID: &str = "oMade-Up_Fan0000000000000001";

fn tokens(cache: &Cache, clock: &Clock) -> WebTokens {
    let sealer = Sealer::derive(
        &SessionKey::new([7; 64]).into(),
        &app_id(),
        KeyUse::WebToken,
        Random::system(),
    );
    WebTokens::new(cache.clone(), sealer, clock.clone(), Random::system())
}

fn registrations(database: &Database) -> Registrations {
    Registrations {
        fans: FansRepository::new(database.clone(), app_id()),
        receipts: ErasureReceiptsRepository::new(database.clone(), app_id()),
        secrets: AccountSecretsRepository::new(app_id()),
        jobs: process(database, &Clock::system()),
    }
}

pub fn erasure(database: &Database, clock: &Clock, jobs: &Jobs, cache: &Cache) -> Erasure {
    let Registrations {
        fans,
        receipts,
        secrets,
        ..
    } = registrations(database);
    Erasure {
        fans,
        revocations: SessionRevocationsRepository::new(database.clone(), app_id()),
        receipts,
        push_receipts: PushReceiptsRepository::new(database.clone(), app_id()),
        secrets,
        audit_log: AuditLogRepository::new(database.clone(), app_id()),
        counts: DailyCountsRepository::new(database.clone(), app_id()),
        time_zone: TimeZone::parse("UTC").unwrap(),
        jobs: jobs.clone(),
        tokens: Some(tokens(cache, clock)),
        photos: crate::photos::removal(database),
        listeners: ErasureListeners::default(),
        metrics: fanpass::telemetry::metrics().erasures(&app_id()),
        clock: clock.clone(),
        random: Random::system(),
    }
}

fn forward_sealer() -> Sealer {
    let key = SessionKey::new([7; 64]).into();
    Sealer::derive(&key, &app_id(), KeyUse::Forward, Random::system())
}

fn forward_sender(clock: &Clock, jobs: &Jobs) -> ForwardSender {
    let tls = TlsConfig::with_mozilla_roots().unwrap();
    ForwardSender::new(ForwardSenderParts {
        client: AppsClient::new(&tls, OwnListeners::default(), Resolver::default()),
        targets: ForwardTargets::new(&[]),
        secrets: ForwardSecrets::new().into(),
        app_id: app_id(),
        public_url: "http://127.0.0.1:9".parse().unwrap(),
        sealer: forward_sealer(),
        jobs: jobs.clone(),
        asking: ConcurrencyLimit::new(1),
        metrics: fanpass::telemetry::metrics().account(&app_id()).forwards,
        clock: clock.clone(),
        random: Random::system(),
    })
}

/// There are none, so that no platform is asked for one.
fn account_tokens(clock: &Clock, cache: &Cache) -> AccountTokens {
    let secret = || "0badc0de0badc0de0badc0de0badc0de".into();
    let tls = TlsConfig::with_mozilla_roots().unwrap();
    let url = "http://127.0.0.1:9".parse().unwrap();
    let platform = WeChatClient::new(&tls, url, app_id(), secret(), Duration::from_secs(1));
    let shared = SharedTokens::new(SharedTokensParts {
        cache: cache.clone(),
        sealer: Sealer::derive(
            &SessionKey::new([7; 64]).into(),
            &app_id(),
            KeyUse::AccountToken,
            Random::system(),
        ),
        clock: clock.clone(),
        random: Random::system(),
        timeout: Duration::from_secs(1),
    });
    AccountTokens::new(platform, shared.into())
}

pub fn handlers(database: &Database, clock: &Clock, jobs: &Jobs, cache: &Cache) -> Handlers {
    let revocations = SessionRevocationsRepository::new(database.clone(), app_id());
    Handlers {
        account_tokens: account_tokens(clock, cache),
        erasure: erasure(database, clock, jobs, cache),
        unfollowed: UnfollowedFans {
            erasure: erasure(database, clock, jobs, cache),
            forget_after_days: Some(30),
        },
        revocation_purge: RevocationPurge::new(revocations, clock.clone()),
        daily_counts: DailyCountsUpkeep::new(
            database.clone(),
            DailyCountsRepository::new(database.clone(), app_id()),
            clock.clone(),
            TimeZone::parse("UTC").unwrap(),
        ),
        audit_trail: AuditTrail::new(
            database.clone(),
            AuditLogRepository::new(database.clone(), app_id()),
            clock.clone(),
            400,
        ),
        photo_removal: crate::photos::removal(database),
        unnamed_objects: crate::photos::unnamed(database, jobs),
        avatar_copies: crate::photos::avatar_copies(database, jobs),
        push_purge: PushPurge {
            receipts: PushReceiptsRepository::new(database.clone(), app_id()),
            used_once: UsedOnceRepository::new(database.clone(), app_id()),
            clock: clock.clone(),
        },
        forward: forward_sender(clock, jobs),
        jobs: jobs.clone(),
    }
}

/// Where a process dies.
#[derive(Debug, Clone, Copy)]
enum Crash {
    AfterRequest,
    AfterClaim,
    AfterTheSteps,
    BeforeTheLastCommit,
}

/// A process that asks for an erasure and dies.
async fn erase_and_die(erasure: &Erasure, fan: &FansProfile, crash: Crash) -> Requested {
    let requested = erasure.request(fan, AuditActor::Fanpass).await.unwrap().unwrap();
    if matches!(crash, Crash::AfterRequest) {
        return requested;
    }
    let job = erasure.jobs.claim_one(requested.job).await.unwrap().unwrap();
    if matches!(crash, Crash::AfterClaim) {
        return requested;
    }
    erasure.erase(fan.id, true, None).await.unwrap();
    if matches!(crash, Crash::BeforeTheLastCommit) {
        let (died, id) = (erasure.clone(), job.id);
        let rolled_back = move |tx: &mut Transaction<'_>| {
            assert!(died.jobs.repository().complete(tx, id, died.jobs.holder())?);
            died.receipts.finish(tx, requested.receipt, died.clock.now(), "{}")?;
            Err::<(), _>(fanpass::repositories::RepositoryError::Conflict("died".into()))
        };
        let database = erasure.fans.database().clone();
        assert!(database.transaction(rolled_back).await.is_err());
    }
    requested
}

/// How often the audit log and the day's counts know of a finished erasure.
async fn traces(database: &Database, clock: &Clock) -> (usize, u64) {
    let rows = AuditLogRepository::new(database.clone(), app_id());
    let rows = rows.page(AuditPeriod::default(), 0, 99).await.unwrap().into_iter();
    let finished = rows.filter(|row| row.record.act == AuditAct::ErasureFinished.as_str());
    let today = TimeZone::parse("UTC").unwrap().day_of(clock.now());
    let counts = DailyCountsRepository::new(database.clone(), app_id());
    let days = counts.between(today.plus_days(-1), today).await.unwrap();
    let counts = days.iter().flat_map(|day| &day.counts);
    let erased = counts.filter(|(name, _)| *name == CountName::Erasure);
    (finished.count(), erased.map(|(_, count)| count).sum())
}

fn grant(openid: &OpenId) -> Grant {
    Grant {
        openid: openid.clone(),
        access_token: "made-up-access".into(),
        expires_in: 7200,
        refresh_token: "made-up-refresh".into(),
        unionid: None,
        is_snapshot: false,
    }
}

#[tokio::test]
async fn an_erasure_survives_a_crash_at_every_step() {
    for crash in [
        Crash::AfterRequest,
        Crash::AfterClaim,
        Crash::AfterTheSteps,
        Crash::BeforeTheLastCommit,
    ] {
        eprintln!("{crash:?}");
        each_database(async |database| {
            let clock = Clock::system();
            let opened = database.open(8);
            opened.migrate().await.unwrap();
            // The cache that both processes share.
            let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
            let dead = erasure(&opened, &clock, &process(&opened, &clock), &cache);
            let (fan, _) = dead.fans.register(fan(OPENID, Some("oUnion"))).await.unwrap();
            let tokens = tokens(&cache, &clock);
            let openid = fan.profile.openid.clone();
            tokens.keep(fan.id, &tokens.from_grant(&grant(&openid))).await;

            let requested = erase_and_die(&dead, &fan, crash).await;
            assert_eq!(dead.fans.find(fan.id).await.unwrap(), None, "the row goes first");
            assert_eq!(dead.finished(requested.receipt).await.unwrap(), None);
            assert_eq!(dead.unfinished(fan.id).await.unwrap(), Some(requested));

            clock.advance(LEASE_SECONDS + 1);
            let jobs = process(&opened, &clock);
            let handlers = handlers(&opened, &clock, &jobs, &cache);
            let finished = async {
                let finished = eventually(Duration::from_secs(9), async || {
                    dead.finished(requested.receipt).await.unwrap().is_some()
                });
                assert!(finished.await, "{:?}", jobs.page(None).await);
            };
            with_runner(jobs.clone(), handlers, finished).await;
            assert_eq!(dead.unfinished(fan.id).await.unwrap(), None);
            assert!(tokens.find(fan.id, &openid).await.is_none());
            let removed = dead.finished(requested.receipt).await.unwrap().unwrap();
            let expected = match crash {
                Crash::AfterRequest | Crash::AfterClaim => TokenRemoval::Removed,
                Crash::AfterTheSteps | Crash::BeforeTheLastCommit => TokenRemoval::None,
            };
            assert_eq!((removed.row, removed.web_token), (true, expected));
            assert_eq!(
                traces(&opened, &clock).await,
                (1, 1),
                "a row of the audit log and a count, once each"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn an_erasure_drops_the_fans_other_jobs_and_no_operator_drops_the_erasure() {
    each_database(async |database| {
        let clock = Clock::system();
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let jobs = process(&opened, &clock);
        let erasure = erasure(&opened, &clock, &jobs, &cache);
        let (fan, _) = erasure.fans.register(fan(OPENID, None)).await.unwrap();
        let about_the_fan = jobs.once(JobKind::PurgeRevocations, Some(fan.id.to_string()), String::new());
        let repository = jobs.repository().clone();
        let add = move |tx: &mut Transaction<'_>| repository.add(tx, &about_the_fan);
        assert!(opened.transaction(add).await.unwrap().is_new);

        let requested = erasure.request(&fan, AuditActor::Fanpass).await.unwrap().unwrap();
        let left = jobs.page(None).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].id, requested.job.to_string());
        assert_eq!(jobs.drop(Some(requested.job)).await.unwrap(), 0);
        assert_eq!(
            erasure.request(&fan, AuditActor::Fanpass).await.unwrap(),
            None,
            "asked for twice"
        );
    })
    .await;
}

fn milliseconds(clock: &Clock) -> i64 {
    i64::try_from(clock.now_precise().as_millis()).unwrap()
}

fn new_fan() -> NewFan {
    fan(OPENID, Some("oUnion"))
}

#[tokio::test]
async fn a_login_that_began_before_an_erasure_registers_nobody_and_a_later_one_does() {
    each_database(async |database| {
        let clock = Clock::system();
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let erasure = erasure(&opened, &clock, &process(&opened, &clock), &cache);
        let registrations = registrations(&opened);
        let begun = milliseconds(&clock);
        let (fan, _) = registrations.register(new_fan(), begun).await.unwrap().unwrap();
        assert!(erasure.request(&fan, AuditActor::Fanpass).await.unwrap().is_some());

        assert_eq!(registrations.register(new_fan(), begun).await.unwrap(), None);
        let openid = OpenId::parse(OPENID).unwrap();
        assert_eq!(
            erasure.fans.find_by_openid(&openid).await.unwrap(),
            None,
            "it was rolled back"
        );
        let other = crate::listing::fan("oAnother", None);
        assert!(
            registrations.register(other, begun).await.unwrap().is_some(),
            "another fan is not affected"
        );

        clock.advance(1);
        let (again, _) = registrations
            .register(new_fan(), milliseconds(&clock))
            .await
            .unwrap()
            .unwrap();
        assert_ne!(again.id, fan.id);
    })
    .await;
}

/// Whatever the order is in which the two reach the database.
#[tokio::test]
async fn a_registration_and_an_erasure_at_the_same_moment_leave_no_row() {
    each_database(async |database| {
        let clock = Clock::system();
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let erasure = erasure(&opened, &clock, &process(&opened, &clock), &cache);
        let registrations = registrations(&opened);
        for _ in 0..15 {
            let begun = milliseconds(&clock);
            let (fan, _) = registrations.register(new_fan(), begun).await.unwrap().unwrap();
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
            assert!(erasure.request(&fan, AuditActor::Fanpass).await.unwrap().is_some());
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
            let openid = OpenId::parse(OPENID).unwrap();
            assert_eq!(erasure.fans.find_by_openid(&openid).await.unwrap(), None);
            clock.advance(1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_secret_of_the_account_is_made_once_by_many_and_another_account_has_another() {
    each_database(async |database| {
        let clock = Clock::system();
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        let find = |app_id: AppId| {
            let (secrets, now) = (AccountSecretsRepository::new(app_id), clock.now());
            let work = move |tx: &mut Transaction<'_>| {
                secrets.find_or_make(tx, SecretUse::ErasureReceipts, &Random::system(), now)
            };
            opened.transaction(work)
        };
        let (one, two, three) = tokio::join!(find(app_id()), find(app_id()), find(app_id()));
        let (one, two, three) = (one.unwrap(), two.unwrap(), three.unwrap());
        assert!(one == two && two == three && one.len() == 32);
        let other = find(AppId::parse("wx0000000000000002").unwrap()).await.unwrap();
        assert_ne!(other, one);
    })
    .await;
}
