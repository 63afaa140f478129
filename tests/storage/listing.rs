//! What operators look up.

use std::{sync::mpsc, time::Duration};

use fanpass::{
    domain::{AppId, Clock, FanId, FanKey, OpenId, Profile, Random, Timestamp},
    repositories::{FansRepository, NewFan},
};

use crate::support::{Register, app_id, databases::each_database};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_435_199);

pub fn fan(openid: &str, unionid: Option<&str>) -> NewFan {
    NewFan {
        id: FanId::generate(&Clock::system(), &Random::system()),
        profile: Profile {
            openid: OpenId::parse(openid).unwrap(),
            unionid: unionid.map(str::to_owned),
            nickname: "小雨".to_owned(),
            avatar_url: String::new(),
        },
        consent_version: "2026-11".to_owned(),
        now: NOW,
    }
}

#[tokio::test]
async fn pages_hold_every_fan_of_the_account_once_in_the_order_of_ids() {
    each_database(async |database| {
        let fans = database.fans().await;
        let elsewhere = FansRepository::new(database.open(1), AppId::parse("wx0000000000000002").unwrap());
        let mut expected = Vec::new();
        for number in 0..7 {
            expected.push(fans.register(fan(&format!("oFan{number}"), None)).await.unwrap().0.id);
            elsewhere.register(fan(&format!("oFan{number}"), None)).await.unwrap();
        }
        expected.sort();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = fans.page(after, 3).await.unwrap();
            assert!(page.len() <= 3);
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            found.extend(page.iter().map(|fan| fan.id));
        }
        assert_eq!(found, expected);
        assert_eq!(fans.count().await.unwrap(), 7);
    })
    .await;
}

#[tokio::test]
async fn a_fan_is_found_by_each_of_their_names() {
    each_database(async |database| {
        let fans = database.fans().await;
        let (stored, _) = fans.register(fan("oOne", Some("oUnion"))).await.unwrap();
        fans.register(fan("oTwo", Some("ounion"))).await.unwrap();
        for key in [FanKey::Id(stored.id), FanKey::OpenId(OpenId::parse("oOne").unwrap())] {
            assert_eq!(fans.find_by_key(&key).await.unwrap().as_ref(), Some(&stored));
        }
        assert_eq!(fans.find_by_unionid("oUnion", 9).await.unwrap(), [stored]);
        let nobody = FanKey::OpenId(OpenId::parse("oone").unwrap());
        assert_eq!(fans.find_by_key(&nobody).await.unwrap(), None);
        assert_eq!(fans.find_by_unionid("oNobody", 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn counting_waits_for_no_connection_of_the_pool() {
    each_database(async |database| {
        database.fans().await.register(fan("oOne", None)).await.unwrap();
        let opened = database.open(1);
        let fans = FansRepository::new(opened.clone(), app_id());
        let (release, released) = mpsc::channel();
        let busy = opened.run(move |_| Ok(released.recv_timeout(Duration::from_secs(10)).is_ok()));
        let counted = async {
            let counted = fans.count().await;
            release.send(()).unwrap();
            counted
        };
        let (busy, counted) = tokio::join!(busy, counted);
        assert_eq!(counted.unwrap(), 1);
        assert!(busy.unwrap(), "the only connection was in use until then");
    })
    .await;
}
