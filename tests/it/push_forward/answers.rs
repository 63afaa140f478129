//! The target that may answer.

use std::time::{Duration, Instant};

use super::{app, settings, table};
use crate::support::{Target, TestApp, account_metric, eventually, status};

const OPENID: &str = "oMade-Up_Fan0000000000000001";

/// A response with this JSON.
fn json(body: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ";
    format!("{head}{}\r\n\r\n{body}", body.len()).into_bytes()
}

async fn counted(app: &TestApp, outcome: &str) -> Option<f64> {
    let series = format!("fanpass_push_forwards_total{{target=\"bot\",outcome=\"{outcome}\"}}");
    account_metric(&app.ops("/metrics").await.text(), &series, &app.app_id)
}

#[actix_web::test]
async fn what_the_target_answers_in_time_the_fan_gets() {
    let bot = Target::start(|request| match request.field("Content").as_str() {
        "text" => json(r#"{"text":"您好！"}"#),
        "news" => json(r#"{"news":{"title":"会员","url":"/me"}}"#),
        "image" => json(r#"{"image":"media-1"}"#),
        "nothing" => status(204),
        _ => json("success"),
    });
    let folder = settings(&table("bot", &bot, "answers = true"));
    let app = app(folder.path(), &["bot"]).start().await;
    let text = app.push_text(OPENID, "text", 1).send().await;
    assert_eq!(text.text(), "您好！");
    let reply = text.reply();
    assert_eq!(
        (reply.word("ToUserName"), reply.word("FromUserName")),
        (Some(OPENID), Some("gh_madeup"))
    );
    let news = app.push_text(OPENID, "news", 2).send().await;
    assert!(news.page.text().contains(&app.at("/me")), "{}", news.page.text());
    let image = app.push_text(OPENID, "image", 3).send().await;
    assert!(image.page.text().contains("media-1"));
    for (number, content) in ["nothing", "no JSON"].into_iter().enumerate() {
        let number = 4 + u64::try_from(number).unwrap();
        assert!(app.push_text(OPENID, content, number).send().await.is_success());
    }
    assert_eq!(bot.requests().len(), 5, "each is asked for once");
    eventually("it is counted", async || counted(&app, "no_answer").await == Some(1.0)).await;
    assert_eq!(counted(&app, "answered").await, Some(3.0));
}

#[actix_web::test]
async fn a_late_answer_is_not_sent_and_the_platform_is_answered_in_time() {
    let bot = Target::start(|_| {
        std::thread::sleep(Duration::from_millis(4500));
        json(r#"{"text":"late"}"#)
    });
    let folder = settings(&table("bot", &bot, "answers = true"));
    let app = app(folder.path(), &["bot"]).start().await;
    let begun = Instant::now();
    let answer = app.push_text(OPENID, "你好", 1).send().await;
    let took = begun.elapsed();
    assert!(answer.is_success() && took < Duration::from_secs(4), "{took:?}");
    eventually("the late answer is counted", async || {
        counted(&app, "answered_late").await == Some(1.0)
    })
    .await;
    assert_eq!(bot.requests().len(), 1, "it took the push all the same");
    eventually("nothing waits", async || {
        app.number("SELECT COUNT(*) AS found FROM jobs WHERE target IS NOT NULL")
            .await
            == 0
    })
    .await;
}

#[actix_web::test]
async fn a_target_that_cannot_be_asked_gets_the_push_later() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let bot = Target::start(move |_| match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => status(503),
        _ => json(r#"{"text":"too late"}"#),
    });
    let folder = settings(&table("bot", &bot, "answers = true"));
    let app = app(folder.path(), &["bot"]).start().await;
    let begun = Instant::now();
    assert!(app.push_text(OPENID, "你好", 1).send().await.is_success());
    assert!(begun.elapsed() < Duration::from_secs(3));
    eventually("a second attempt", async || bot.requests().len() == 2).await;
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[actix_web::test]
async fn a_rule_precedes_the_target_and_the_default_rule_follows_it() {
    let bot = Target::start(|request| match request.field("Content").as_str() {
        "bot" => json(r#"{"text":"of the bot"}"#),
        _ => status(204),
    });
    let folder = settings(&table("bot", &bot, "answers = true"));
    let rules = "[[reply]]\non = \"keyword\"\nexact = \"rule\"\ntext = \"of the rule\"\n\
                 [[reply]]\non = \"default\"\ntext = \"of the default\"\n";
    std::fs::write(folder.path().join("config/replies.toml"), rules).unwrap();
    let app = app(folder.path(), &["bot"]).start().await;
    for (number, (content, expected)) in [
        ("rule", "of the rule"),
        ("bot", "of the bot"),
        ("else", "of the default"),
    ]
    .into_iter()
    .enumerate()
    {
        let number = u64::try_from(number).unwrap();
        assert_eq!(app.push_text(OPENID, content, number).send().await.text(), expected);
    }
    eventually("it has all of them", async || bot.requests().len() == 3).await;
}

#[actix_web::test]
async fn a_push_that_comes_again_meanwhile_waits_on_another_replica_for_the_first_answer() {
    let bot = Target::start(|_| {
        std::thread::sleep(Duration::from_millis(800));
        json(r#"{"text":"once"}"#)
    });
    let folder = settings(&table("bot", &bot, "answers = true"));
    let app = app(folder.path(), &["bot"]).start().await;
    let replica = app.replica().await;
    let push = app.push_text(OPENID, "text", 1);
    let (first, again) = futures_util::join!(push.send(), push.send_to(&replica));
    assert_eq!((first.text().as_str(), again.text().as_str()), ("once", "once"));
    assert_eq!(bot.requests().len(), 1, "the target is asked once");
}
