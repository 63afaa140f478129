//! Which pushes a target gets, and how often.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use super::{app, settings, table};
use crate::support::{Target, account_metric, eventually, status};

const OPENID: &str = "oMade-Up_Fan0000000000000001";

#[actix_web::test]
async fn a_target_gets_each_push_that_it_wants_and_no_other() {
    let (all, some) = (Target::taking(), Target::taking());
    let folder = settings(&format!(
        "{}{}",
        table("all", &all, ""),
        table("some", &some, "messages = [\"image\"]\nevents = [\"Subscribe\"]")
    ));
    let app = app(folder.path(), &["all", "some"]).start().await;
    assert!(
        app.push_text(OPENID, "<你好>&]]>", 23_456_789_012_345_678)
            .send()
            .await
            .is_success()
    );
    assert!(
        app.push_event(OPENID, "subscribe", &[("EventKey", "qrscene_7")])
            .send()
            .await
            .is_success()
    );
    assert!(app.push_text(OPENID, "forged", 2).forged().send().await.page.status == 403);

    let text = all.request(|request| request.field("MsgType") == "text").await;
    assert_eq!(
        (text.field("Content"), text.field("MsgId")),
        ("<你好>&]]>".to_owned(), "23456789012345678".to_owned())
    );
    assert_eq!(text.field("FromUserName"), OPENID);
    assert_eq!(text.header("fanpass-id"), text.json()["id"].as_str());
    let event = some.request(|request| request.field("Event") == "subscribe").await;
    assert_eq!(event.field("EventKey"), "qrscene_7");
    eventually("nothing waits", async || {
        app.number("SELECT COUNT(*) AS found FROM jobs WHERE target IS NOT NULL")
            .await
            == 0
    })
    .await;
    assert_eq!((all.requests().len(), some.requests().len()), (2, 1));
}

#[actix_web::test]
async fn a_push_that_was_not_taken_comes_again_with_the_same_id() {
    let tries = AtomicUsize::new(0);
    let target = Target::start(move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => status(500),
        _ => status(204),
    });
    let folder = settings(&table("crm", &target, ""));
    let app = app(folder.path(), &["crm"]).start().await;
    let begun = Instant::now();
    assert!(app.push_text(OPENID, "你好", 1).send().await.is_success());
    eventually("a second attempt", async || target.requests().len() == 2).await;
    assert!(begun.elapsed() < Duration::from_secs(20));
    let requests = target.requests();
    assert_eq!(requests[0].header("fanpass-id"), requests[1].header("fanpass-id"));
    assert_eq!(requests[0].body, requests[1].body);
}

#[actix_web::test]
async fn a_push_that_comes_twice_is_passed_on_once() {
    let target = Target::taking();
    let folder = settings(&table("crm", &target, ""));
    let app = app(folder.path(), &["crm"]).start().await;
    let push = app.push_text(OPENID, "你好", 1);
    assert!(push.send().await.is_success());
    assert!(app.push_text(OPENID, "你好", 1).send().await.is_success());
    assert!(app.push_text(OPENID, "the last", 2).send().await.is_success());
    target.request(|request| request.field("Content") == "the last").await;
    let series = "fanpass_push_forwards_total{target=\"crm\",outcome=\"taken\"}";
    eventually("both are counted", async || {
        account_metric(&app.ops("/metrics").await.text(), series, &app.app_id) == Some(2.0)
    })
    .await;
    assert_eq!(target.requests().len(), 2);
}

#[actix_web::test]
async fn a_target_that_hangs_holds_up_no_other_and_no_answer() {
    let hanging = Target::start(|_| {
        std::thread::sleep(Duration::from_secs(60));
        status(204)
    });
    let other = Target::taking();
    let folder = settings(&format!(
        "{}{}",
        table("hanging", &hanging, ""),
        table("other", &other, "")
    ));
    let app = app(folder.path(), &["hanging", "other"]).start().await;
    let begun = Instant::now();
    for number in 0..20 {
        assert!(app.push_text(OPENID, "你好", number).send().await.is_success());
    }
    eventually("the other has all", async || other.requests().len() == 20).await;
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    assert!(
        (1..=3).contains(&hanging.requests().len()),
        "a few at once, and no more"
    );
    // An erasure of a fan removes what waits: nothing of a fan is in these rows in clear.
    let clear =
        format!("SELECT COUNT(*) AS found FROM jobs WHERE payload LIKE '%{OPENID}%' OR subject LIKE '%{OPENID}%'");
    assert_eq!(app.number(&clear).await, 0);
}
