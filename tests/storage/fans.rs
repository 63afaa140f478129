use std::thread;

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::{
        AppId, Clock, FanId, FansProfile, FollowEvent, FollowState, OpenId, Profile, ProfileErasure, ProfileState,
        Random, SessionGeneration, Timestamp,
    },
    repositories::{
        Database, FansRepository, NewFan, RepositoryError, SessionRevocationsRepository, SignOut, Transaction,
    },
};

use crate::support::{Register, app_id, databases::each_database, sign_out};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_435_199);
const OPENID: &str = "oMade-Up_Fan0000000000000001";

fn profile(openid: &str) -> Profile {
    Profile {
        openid: OpenId::parse(openid).unwrap(),
        unionid: Some("oUnion-Made-Up0000000000001".to_owned()),
        nickname: "小明 🎉👩‍👩‍👧 O'Neill \\ \"%\"".to_owned(),
        avatar_url: "https://thirdwx.qlogo.cn/mmopen/made-up/132".to_owned(),
    }
}

fn new_fan(profile: Profile, now: Timestamp) -> NewFan {
    NewFan {
        id: FanId::generate(&Clock::system(), &Random::system()),
        profile,
        consent_version: "2026-11".to_owned(),
        now,
    }
}

async fn registered(fans: &FansRepository, openid: &str) -> FansProfile {
    fans.register(new_fan(profile(openid), NOW)).await.unwrap().0
}

async fn execute(database: &Database, sql: &'static str) {
    database
        .run(move |connection| Ok(connection.batch_execute(sql)?))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_fan_who_registers_is_stored_and_read_back_exactly() {
    each_database(async |database| {
        let fans = database.fans().await;
        let new = new_fan(profile(OPENID), NOW);
        let expected = FansProfile {
            id: new.id,
            app_id: app_id(),
            profile: profile(OPENID),
            avatar: None,
            consented_at: NOW,
            consent_version: "2026-11".to_owned(),
            profile_refreshed_at: NOW,
            profile_cleared_at: None,
            last_login_at: NOW,
            follow: FollowState::default(),
            created_at: NOW,
            updated_at: NOW,
        };
        assert_eq!(fans.register(new).await.unwrap().0, expected);
        assert_eq!(fans.find(expected.id).await.unwrap(), Some(expected.clone()));
        assert_eq!(
            fans.find_by_openid(&expected.profile.openid).await.unwrap(),
            Some(expected)
        );
    })
    .await;
}

#[tokio::test]
async fn a_fan_who_is_not_there_is_none() {
    each_database(async |database| {
        let fans = database.fans().await;
        let stranger = new_fan(profile(OPENID), NOW);
        assert_eq!(fans.find(stranger.id).await.unwrap(), None);
        assert_eq!(fans.find_by_openid(&stranger.profile.openid).await.unwrap(), None);
        assert!(!fans.refresh_profile(stranger.id, &stranger.profile, NOW).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_fan_who_signs_in_gets_the_current_generation() {
    each_database(async |database| {
        let fans = database.fans().await;
        let opened = database.open(1);
        let revocations = SessionRevocationsRepository::new(opened.clone(), app_id());
        let openid = OpenId::parse(OPENID).unwrap();
        assert_eq!(fans.find_for_sign_in(&openid).await.unwrap(), None);

        let (fan, first) = fans.register(new_fan(profile(OPENID), NOW)).await.unwrap();
        assert_eq!(first, SessionGeneration::default());
        let found = fans.find_for_sign_in(&openid).await.unwrap();
        assert_eq!(found, Some((fan.clone(), first)));

        let until = NOW.plus_seconds(60);
        sign_out(&opened, &revocations, SignOut::All, NOW, until).await.unwrap();
        let second = SessionGeneration::new(NOW.unix_seconds());
        let found = fans.find_for_sign_in(&openid).await.unwrap();
        assert_eq!(found, Some((fan, second)));
        let (_, registered) = fans.register(new_fan(profile(OPENID), NOW)).await.unwrap();
        assert_eq!(registered, second);
        let elsewhere = FansRepository::new(database.open(1), AppId::parse("wx0000000000000002").unwrap());
        assert_eq!(elsewhere.find_for_sign_in(&openid).await.unwrap(), None);
        let (_, there) = elsewhere.register(new_fan(profile(OPENID), NOW)).await.unwrap();
        assert_eq!(there, SessionGeneration::default(), "each account counts for itself");
    })
    .await;
}

#[tokio::test]
async fn openids_that_differ_only_in_case_are_two_fans() {
    each_database(async |database| {
        let fans = database.fans().await;
        let upper = registered(&fans, "oMADE-UP").await;
        let lower = registered(&fans, "oMade-up").await;
        assert_ne!(upper.id, lower.id);
        assert_eq!(fans.find_by_openid(&upper.profile.openid).await.unwrap(), Some(upper));
        assert_eq!(fans.find_by_openid(&lower.profile.openid).await.unwrap(), Some(lower));
    })
    .await;
}

#[tokio::test]
async fn accounts_do_not_see_each_others_fans() {
    each_database(async |database| {
        let fans = database.fans().await;
        let here = registered(&fans, OPENID).await;
        let elsewhere = FansRepository::new(database.open(1), AppId::parse("wx0000000000000002").unwrap());
        assert_eq!(elsewhere.find(here.id).await.unwrap(), None);
        assert!(!elsewhere.refresh_profile(here.id, &here.profile, NOW).await.unwrap());
        let (there, _) = elsewhere.register(new_fan(profile(OPENID), NOW)).await.unwrap();
        assert_ne!(here.id, there.id);
    })
    .await;
}

#[tokio::test]
async fn a_fan_who_registers_again_is_updated_and_keeps_id_and_unionid() {
    each_database(async |database| {
        let fans = database.fans().await;
        let first = registered(&fans, OPENID).await;
        let later = NOW.plus_seconds(86_400);
        let changed = Profile {
            unionid: None,
            nickname: String::new(),
            avatar_url: String::new(),
            ..profile(OPENID)
        };
        let mut again = new_fan(changed, later);
        again.consent_version = "2027-01".to_owned();
        let expected = FansProfile {
            profile: Profile {
                unionid: first.profile.unionid.clone(),
                ..again.profile.clone()
            },
            consented_at: later,
            consent_version: "2027-01".to_owned(),
            profile_refreshed_at: later,
            last_login_at: later,
            updated_at: later,
            ..first
        };
        assert_eq!(fans.register(again).await.unwrap().0, expected);
        assert_eq!(fans.find(expected.id).await.unwrap(), Some(expected));
    })
    .await;
}

#[tokio::test]
async fn eight_threads_that_register_one_fan_25_times_make_one_row() {
    each_database(async |database| {
        let fans = database.fans().await;
        let register = |fans: FansRepository| async move {
            let mut ids = Vec::new();
            for _ in 0..25 {
                ids.push(registered(&fans, OPENID).await.id);
            }
            ids
        };
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let fans = fans.clone();
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                thread::spawn(move || runtime.block_on(register(fans)))
            })
            .collect();
        let ids: Vec<FanId> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 200);
        assert!(ids.iter().all(|id| *id == ids[0]), "more than one row was made");
    })
    .await;
}

#[tokio::test]
async fn many_who_register_at_once_in_any_order_each_have_one_row() {
    each_database(async |database| {
        let fans = database.fans().await;
        let register = |fans: FansRepository, number: usize| async move {
            for round in 0..25 {
                let which = (round * (number + 1)) % 5;
                let mut profile = profile(&format!("oMade-Up_Fan000000000000000{which}"));
                // Several rows of one unionid, and rows whose unionid changes: locks on a second index.
                profile.unionid = Some(format!("oUnion-Made-Up{}", (round + number) % 3));
                fans.register(new_fan(profile, NOW)).await.unwrap();
            }
        };
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let fans = fans.clone();
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                thread::spawn(move || runtime.block_on(register(fans, number)))
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        for which in 0..5 {
            let openid = OpenId::parse(&format!("oMade-Up_Fan000000000000000{which}")).unwrap();
            assert!(fans.find_by_openid(&openid).await.unwrap().is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn a_login_is_noted_unless_one_was_noted_since() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let hour = |moment: Timestamp| moment.plus_seconds(-3600);
        let (almost, later) = (NOW.plus_seconds(3599), NOW.plus_seconds(3600));
        for (moment, noted) in [
            (almost, NOW),
            (later, later),
            (later.plus_seconds(1), later),
            (NOW, later),
        ] {
            fans.note_login(fan.id, moment, hour(moment)).await.unwrap();
            let found = fans.find(fan.id).await.unwrap().unwrap();
            assert_eq!((found.last_login_at, found.updated_at), (noted, NOW));
        }
    })
    .await;
}

#[tokio::test]
async fn a_refreshed_profile_is_stored_and_consent_stays() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let later = NOW.plus_seconds(60);
        let renamed = Profile {
            unionid: Some("oUnion-Made-Up0000000000002".to_owned()),
            nickname: "小红".to_owned(),
            avatar_url: String::new(),
            ..profile(OPENID)
        };
        assert!(fans.refresh_profile(fan.id, &renamed, later).await.unwrap());
        let expected = FansProfile {
            profile: renamed,
            profile_refreshed_at: later,
            updated_at: later,
            ..fan
        };
        assert_eq!(fans.find(expected.id).await.unwrap(), Some(expected));
    })
    .await;
}

#[tokio::test]
async fn a_refresh_never_overwrites_a_newer_profile_or_another_fan() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let older = Profile {
            nickname: "older".to_owned(),
            ..profile(OPENID)
        };
        assert!(
            !fans
                .refresh_profile(fan.id, &older, NOW.plus_seconds(-1))
                .await
                .unwrap()
        );
        let other = profile("oMade-Up_Fan0000000000000002");
        assert!(
            !fans
                .refresh_profile(fan.id, &other, NOW.plus_seconds(60))
                .await
                .unwrap()
        );
        assert_eq!(fans.find(fan.id).await.unwrap(), Some(fan));
    })
    .await;
}

#[tokio::test]
async fn garbage_in_a_profile_is_made_fit() {
    each_database(async |database| {
        let fans = database.fans().await;
        let garbage = Profile {
            unionid: Some("\0".to_owned()),
            nickname: format!("\0小{}", "🎉".repeat(100_000)),
            avatar_url: format!("https://{}", "a".repeat(100_000)),
            ..profile(OPENID)
        };
        let stored = fans.register(new_fan(garbage, NOW)).await.unwrap().0.profile;
        assert_eq!(stored.nickname, format!("小{}", "🎉".repeat(127)));
        assert_eq!((stored.unionid, stored.avatar_url), (None, String::new()));
    })
    .await;
}

#[tokio::test]
async fn an_id_that_another_fan_has_is_a_conflict() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let mut thief = new_fan(profile("oMade-Up_Fan0000000000000002"), NOW);
        thief.id = fan.id;
        assert!(matches!(fans.register(thief).await, Err(RepositoryError::Conflict(_))));
        assert_eq!(fans.find(fan.id).await.unwrap(), Some(fan));
    })
    .await;
}

#[tokio::test]
async fn a_malformed_row_is_corrupt_and_no_panic() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        execute(&database.open(1), "UPDATE fans_profiles SET openid = 'not an openid'").await;
        assert!(matches!(fans.find(fan.id).await, Err(RepositoryError::Corrupt(_))));
    })
    .await;
}

#[tokio::test]
async fn a_table_that_is_missing_is_no_outage() {
    each_database(async |database| {
        let fans = FansRepository::new(database.open(1), app_id());
        let lookup = fans.find_by_openid(&OpenId::parse(OPENID).unwrap()).await;
        assert!(matches!(lookup, Err(RepositoryError::Other(_))), "{lookup:?}");
    })
    .await;
}

#[tokio::test]
async fn what_the_platform_says_of_a_follower_is_noted_unless_something_newer_is() {
    each_database(async |database| {
        let fans = database.fans().await;
        let (one, other) = (registered(&fans, OPENID).await, registered(&fans, "oOther").await);
        let nobody = OpenId::parse("oNobody").unwrap();
        let asked = [one.profile.openid.clone(), nobody, other.profile.openid.clone()];
        let checks = fans.follow_checks(&asked).await.unwrap();
        assert_eq!(checks.len(), 2, "who never registered has no row");
        assert!(
            checks
                .iter()
                .all(|check| check.checked_at.is_none() && check.subscribed.is_none())
        );

        let (began, later) = (NOW.plus_seconds(10), NOW.plus_seconds(20));
        let follows = FollowState {
            subscribed: Some(true),
            subscribed_at: Some(NOW.plus_seconds(-3600)),
            subscribe_scene: Some("ADD_SCENE_QR_CODE".repeat(9)),
            unsubscribed_at: None,
        };
        let note = async |state: &FollowState, at| {
            let (own, state, id) = (fans.clone(), state.clone(), one.id);
            let work = move |tx: &mut Transaction<'_>| own.set_follow_state(tx, id, &state, at);
            fans.database().transaction(work).await.unwrap();
        };
        note(&follows, later).await;
        note(&FollowState::default(), began).await;
        let stored = fans.find(one.id).await.unwrap().unwrap().follow;
        assert_eq!(
            (stored.subscribed, stored.subscribed_at),
            (Some(true), follows.subscribed_at)
        );
        assert_eq!(stored.subscribe_scene.unwrap().len(), 64);

        assert_eq!(fans.not_seen_since(began, 10).await.unwrap(), [other.id]);
        let (own, ids) = (fans.clone(), vec![other.id]);
        let work = move |tx: &mut Transaction<'_>| own.note_still_followed(tx, &ids, later);
        fans.database().transaction(work).await.unwrap();
        assert!(fans.not_seen_since(began, 10).await.unwrap().is_empty());
        let too_young = fans.not_seen_since(NOW, 10).await.unwrap();
        assert!(
            too_young.is_empty(),
            "who registered since the run began may not be in its list"
        );
        // A registration changes nothing of it.
        assert_eq!(registered(&fans, OPENID).await.follow.subscribed, Some(true));
    })
    .await;
}

/// Reads the fan after what `change` does in a transaction.
async fn after(
    fans: &FansRepository,
    fan: FanId,
    change: impl Fn(&FansRepository, &mut Transaction<'_>) -> Result<(), RepositoryError> + Send + 'static,
) -> FansProfile {
    let own = fans.clone();
    let work = move |tx: &mut Transaction<'_>| change(&own, tx);
    fans.database().transaction(work).await.unwrap();
    fans.find(fan).await.unwrap().unwrap()
}

#[tokio::test]
async fn pushes_of_following_and_unfollowing_count_by_their_time_whatever_their_order_is() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let openid = fan.profile.openid.clone();
        let push = async |event: FollowEvent, seconds: i64| {
            let openid = openid.clone();
            let change = move |fans: &FansRepository, tx: &mut Transaction<'_>| {
                let at = NOW.plus_seconds(seconds);
                fans.note_follow_event(tx, &openid, &event, at).map(|_| ())
            };
            after(&fans, fan.id, change).await.follow
        };
        let scene = Some("ADD_SCENE_QR_CODE".to_owned());
        let follows = FollowState {
            subscribed: Some(true),
            subscribed_at: Some(NOW.plus_seconds(20)),
            subscribe_scene: scene.clone(),
            unsubscribed_at: None,
        };
        assert_eq!(push(FollowEvent::Subscribed { scene }, 20).await, follows);
        assert_eq!(push(FollowEvent::Unsubscribed, 19).await, follows, "sent earlier");
        assert_eq!(push(FollowEvent::Seen, 21).await, follows);
        let stopped = FollowState {
            subscribed: Some(false),
            unsubscribed_at: Some(NOW.plus_seconds(30)),
            ..FollowState::default()
        };
        assert_eq!(push(FollowEvent::Unsubscribed, 30).await, stopped);
        assert_eq!(push(FollowEvent::Seen, 29).await, stopped, "sent earlier");
        let seen = push(FollowEvent::Seen, 31).await;
        assert_eq!((seen.subscribed, seen.unsubscribed_at), (Some(true), None));

        let nobody = OpenId::parse("oNobody").unwrap();
        let own = fans.clone();
        let work = move |tx: &mut Transaction<'_>| own.note_follow_event(tx, &nobody, &FollowEvent::Seen, NOW);
        assert!(!fans.database().transaction(work).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn only_who_was_known_to_follow_has_stopped_when_the_platform_says_that_they_do_not() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let said = async |subscribed: bool, seconds: i64| {
            let change = move |fans: &FansRepository, tx: &mut Transaction<'_>| {
                let state = FollowState {
                    subscribed: Some(subscribed),
                    ..FollowState::default()
                };
                fans.set_follow_state(tx, fan.id, &state, NOW.plus_seconds(seconds))
            };
            after(&fans, fan.id, change).await.follow.unsubscribed_at
        };
        assert_eq!(said(false, 1).await, None, "who never followed did not stop");
        assert_eq!(said(true, 2).await, None);
        let stopped = Some(NOW.plus_seconds(3));
        assert_eq!(said(false, 3).await, stopped);
        assert_eq!(said(false, 9).await, stopped, "it stays when it was");
        assert_eq!(said(true, 10).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_cleaned_profile_is_fetched_again_and_a_withdrawn_one_only_after_a_new_consent() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let clear = async |why: ProfileErasure, at: Timestamp| {
            let change = move |fans: &FansRepository, tx: &mut Transaction<'_>| {
                fans.clear_profile(tx, fan.id, why, at).map(drop)
            };
            let fan = after(&fans, fan.id, change).await;
            assert_eq!(
                (fan.profile.nickname.as_str(), fan.profile.avatar_url.as_str()),
                ("", "")
            );
            (fan.profile_state(), fan.profile.unionid.is_some())
        };
        let fetched = async |seconds: i64| {
            let at = NOW.plus_seconds(seconds);
            fans.refresh_profile(fan.id, &profile(OPENID), at).await.unwrap()
        };
        // In the second of the registration, too.
        for (seconds, at) in [(1, NOW), (21, NOW.plus_seconds(20))] {
            assert_eq!(clear(ProfileErasure::Cleaned, at).await, (ProfileState::Cleared, true));
            assert!(!fetched(seconds - 1).await, "it was fetched before it was cleaned");
            assert!(fetched(seconds).await);
            let state = fans.find(fan.id).await.unwrap().unwrap().profile_state();
            assert_eq!(state, ProfileState::Fetched);
        }
        let at = NOW.plus_seconds(30);
        let withdrawn = (ProfileState::Withdrawn, true);
        assert_eq!(clear(ProfileErasure::Withdrawn, at).await, withdrawn);
        assert_eq!(clear(ProfileErasure::Cleaned, at.plus_seconds(5)).await, withdrawn);
        assert!(!fetched(30).await && !fetched(99).await);
        let again = fans.register(new_fan(profile(OPENID), at)).await.unwrap().0;
        assert_eq!(again.profile_state(), ProfileState::Fetched);
        assert_eq!(again.profile, profile(OPENID));
    })
    .await;
}

#[tokio::test]
async fn who_unfollowed_is_found_until_they_follow_or_sign_in_again() {
    each_database(async |database| {
        let fans = database.fans().await;
        let fan = registered(&fans, OPENID).await;
        let openid = fan.profile.openid.clone();
        registered(&fans, "oBystander").await;
        let push = async |event: FollowEvent, seconds: i64| {
            let openid = openid.clone();
            let change = move |fans: &FansRepository, tx: &mut Transaction<'_>| {
                let at = NOW.plus_seconds(seconds);
                fans.note_follow_event(tx, &openid, &event, at).map(|_| ())
            };
            after(&fans, fan.id, change).await;
        };
        let found = async |seconds: i64| fans.unfollowed(NOW.plus_seconds(seconds), 9).await.unwrap();
        push(FollowEvent::Unsubscribed, 10).await;
        assert_eq!(found(9).await, []);
        assert_eq!(found(10).await, [(fan.id, openid.clone())]);
        push(FollowEvent::Subscribed { scene: None }, 20).await;
        assert_eq!(found(99).await, []);
        push(FollowEvent::Unsubscribed, 30).await;
        assert_eq!(found(99).await.len(), 1);
        // Within the hour in which no second login is noted otherwise.
        let login = NOW.plus_seconds(40);
        fans.note_login(fan.id, login, login.plus_seconds(-3600)).await.unwrap();
        assert_eq!(found(99).await, []);

        let remove = async |seconds: i64| {
            let own = fans.clone();
            let before = NOW.plus_seconds(seconds);
            let work = move |tx: &mut Transaction<'_>| own.remove_unfollowed(tx, fan.id, before);
            fans.database().transaction(work).await.unwrap()
        };
        assert!(!remove(99).await, "they came back");
        push(FollowEvent::Unsubscribed, 50).await;
        assert!(!remove(49).await && remove(50).await && !remove(50).await);
    })
    .await;
}
