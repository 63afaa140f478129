//! Fans who unfollow are forgotten where the settings say so.

use fanpass::{
    cache::{Cache, MemoryCache},
    domain::{Clock, FollowEvent, OpenId, Timestamp},
    repositories::{FansRepository, Transaction},
    services::fans::UnfollowedFans,
};

use super::erasure;
use crate::{
    jobs::process,
    listing::fan,
    support::{Register, databases::each_database},
};

const DAY: i64 = 24 * 3600;

async fn push(fans: &FansRepository, openid: &str, event: FollowEvent, at: Timestamp) {
    let (own, openid) = (fans.clone(), OpenId::parse(openid).unwrap());
    let work = move |tx: &mut Transaction<'_>| own.note_follow_event(tx, &openid, &event, at);
    assert!(fans.database().transaction(work).await.unwrap());
}

#[tokio::test]
async fn fans_who_unfollowed_long_ago_are_forgotten_unless_they_came_back() {
    each_database(async |database| {
        let clock = Clock::system();
        let registered_at = fan("oGone", None).now;
        clock.step_wall(registered_at.seconds_since(clock.now()) + 60);
        let opened = database.open(8);
        opened.migrate().await.unwrap();
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let erasure = erasure(&opened, &clock, &process(&opened, &clock), &cache);
        let fans = erasure.fans.clone();
        let unfollowed = |days: Option<u32>| UnfollowedFans {
            erasure: erasure.clone(),
            forget_after_days: days,
        };
        let left = async || {
            let page = fans.page(None, 9).await.unwrap();
            page.iter()
                .map(|fan| fan.profile.openid.to_string())
                .collect::<Vec<_>>()
        };
        for openid in ["oGone", "oFollows", "oSignsIn", "oStays"] {
            fans.register(fan(openid, None)).await.unwrap();
        }
        let at = clock.now();
        for openid in ["oGone", "oFollows", "oSignsIn"] {
            push(&fans, openid, FollowEvent::Unsubscribed, at).await;
        }
        push(
            &fans,
            "oFollows",
            FollowEvent::Subscribed { scene: None },
            at.plus_seconds(60),
        )
        .await;
        let signs_in = fans
            .find_by_openid(&OpenId::parse("oSignsIn").unwrap())
            .await
            .unwrap()
            .unwrap();
        let login = at.plus_seconds(60);
        fans.note_login(signs_in.id, login, login.plus_seconds(-3600))
            .await
            .unwrap();

        unfollowed(Some(30)).run().await.unwrap();
        clock.advance(30 * DAY - 60);
        unfollowed(Some(30)).run().await.unwrap();
        assert_eq!(left().await.len(), 4, "the time is not over");
        clock.advance(120);
        unfollowed(None).run().await.unwrap();
        assert_eq!(left().await.len(), 4, "they are kept");
        unfollowed(Some(30)).run().await.unwrap();
        assert_eq!(left().await, ["oFollows", "oSignsIn", "oStays"]);

        let jobs = erasure.jobs.claim(&fanpass::domain::JobLane::Common, 9).await.unwrap();
        assert_eq!(jobs.len(), 1);
        assert_eq!(erasure.jobs.run(&jobs[0], erasure.run(&jobs[0])).await.unwrap(), None);
    })
    .await;
}
