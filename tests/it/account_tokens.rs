//! The account's token is fetched once, however many ask, and a platform that refuses is not hammered.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Page, RedisProxy, Site, TestApp, TestAppBuilder, eventually, metric, process::free_port};

const OPS_KEY: &str = "ops-key-made-up-0123456789abcdef01234567";
const TOKEN: &str = "/internal/access-token";
const TICKET: &str = "/internal/jsapi-ticket";

fn with_key() -> TestAppBuilder {
    // A busy machine is no outage of Redis.
    TestApp::with()
        .env("OPS_API_KEY", OPS_KEY)
        .set("cache.timeout_ms", "1000")
}

async fn get(app: &TestApp, path: &str) -> Page {
    app.internal("GET", path, Some(&format!("Bearer {OPS_KEY}")), Value::Null)
        .await
}

async fn refresh(app: &TestApp, refused: &str) -> Page {
    let path = "/internal/access-token/refresh";
    let body = json!({ "access_token": refused });
    app.internal("POST", path, Some(&format!("Bearer {OPS_KEY}")), body)
        .await
}

fn document(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|error| panic!("{error}: {}", page.text()))
}

fn token(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.text());
    document(page)["access_token"].as_str().unwrap().to_owned()
}

/// How many processes fetch for themselves: with Redis the replicas share what one of them fetched.
fn fetchers(app: &TestApp, replicas: u64) -> u64 {
    if app.backends.redis_url.is_some() { 1 } else { replicas }
}

#[actix_web::test]
async fn fifty_cold_requests_on_three_replicas_make_one_call() {
    let one = with_key().start().await;
    let (two, three) = (one.replica().await, one.replica().await);
    one.platform
        .fault("stable_token", json!({ "kind": "delay", "ms": 300 }))
        .await;
    let replicas = [&one, &two, &three];
    let asked = (0..50).map(|number| get(replicas[number % 3], TOKEN));
    let pages = join_all(asked).await;
    let tokens: BTreeSet<String> = pages.iter().map(token).collect();
    assert_eq!(tokens.len(), 1, "all have the one stable token");
    assert_eq!(one.platform.calls("stable_token").await, fetchers(&one, 3));

    let tickets = join_all((0..50).map(|number| get(replicas[number % 3], TICKET))).await;
    assert!(tickets.iter().all(|page| page.status == 200));
    assert_eq!(one.platform.calls("ticket").await, fetchers(&one, 3));
    assert_eq!(one.platform.calls("stable_token").await, fetchers(&one, 3));
}

#[actix_web::test]
async fn while_redis_dies_each_process_fetches_at_most_once_and_nobody_is_refused() {
    let Some(redis) = TestApp::redis_url() else {
        return;
    };
    let proxy = RedisProxy::start(&redis);
    let one = with_key().env("REDIS_URL", &proxy.url).start().await;
    let (two, three) = (one.replica().await, one.replica().await);
    one.platform
        .fault("stable_token", json!({ "kind": "delay", "ms": 500 }))
        .await;
    let replicas = [&one, &two, &three];
    let asked = join_all((0..50).map(|number| get(replicas[number % 3], TOKEN)));
    let cut = async {
        eventually("a fetch is under way", async || {
            one.platform.calls("stable_token").await > 0
        })
        .await;
        proxy.cut();
    };
    let (pages, ()) = futures_util::future::join(asked, cut).await;
    assert!(pages.iter().all(|page| page.status == 200), "{:?}", pages[0]);
    let calls = one.platform.calls("stable_token").await;
    assert!((1..=3).contains(&calls), "{calls}");
    let again = join_all((0..50).map(|number| get(replicas[number % 3], TOKEN))).await;
    assert!(again.iter().all(|page| page.status == 200));
    assert!(one.platform.calls("stable_token").await <= 3, "one a process");
}

#[actix_web::test]
async fn a_replica_that_died_with_the_lease_blocks_the_others_for_seconds_only() {
    let Some(redis) = TestApp::redis_url() else {
        return;
    };
    let app = with_key().env("REDIS_URL", &redis).start().await;
    let url = url::Url::parse(&redis).unwrap();
    let key = format!(
        "{}:{}:account_token_lease",
        app.variables()["FANPASS__CACHE__KEY_PREFIX"],
        app.app_id
    );
    let mut connection = std::net::TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).unwrap();
    let login = format!("AUTH {} {}", url.username(), url.password().unwrap_or_default());
    write!(connection, "{login}\r\nSET {key} the-dead PX 2000\r\nQUIT\r\n").unwrap();
    let mut replies = String::new();
    connection.read_to_string(&mut replies).unwrap();
    assert_eq!(replies.matches("+OK").count(), 3, "{replies}");
    assert_eq!(get(&app, TOKEN).await.status, 200);
    assert_eq!(app.platform.calls("stable_token").await, 1);
}

#[actix_web::test]
async fn a_token_that_is_reported_as_refused_is_replaced_once_and_only_if_it_is_the_one_in_force() {
    let app = with_key().start().await;
    let first = token(&get(&app, TOKEN).await);
    assert_eq!(token(&refresh(&app, "another-made-up-token").await), first);
    assert_eq!(
        app.platform.calls("stable_token").await,
        1,
        "it was not the one in force"
    );

    // The platform insists on its stable token, and is made to issue another.
    let second = token(&refresh(&app, &first).await);
    assert_ne!(second, first);
    assert_eq!(app.platform.calls("stable_token").await, 3);
    assert_eq!(token(&get(&app, TOKEN).await), second);
    // Whoever still reports the first one gets the second, and no call is made.
    let reports = join_all((0..20).map(|_| refresh(&app, &first))).await;
    assert!(reports.iter().all(|page| token(page) == second));
    assert_eq!(app.platform.calls("stable_token").await, 3);
    // The platform forces no other within 30 seconds, and is not asked to.
    let reports = join_all((0..20).map(|_| refresh(&app, &second))).await;
    assert!(reports.iter().all(|page| token(page) == second));
    assert_eq!(app.platform.calls("stable_token").await, 4);
}

#[actix_web::test]
async fn a_refusal_that_lasts_is_asked_about_once_a_minute_by_all_replicas_together() {
    let app = with_key().start().await;
    let other = app.replica().await;
    let refusal = json!({ "kind": "errcode", "errcode": 40164,
        "errmsg": "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: made-up" });
    app.platform.fault("stable_token", refusal).await;
    let ask = async |count: usize| {
        let asked = (0..count).map(|number| get(if number % 2 == 0 { &app } else { &other }, TOKEN));
        for page in join_all(asked).await {
            assert_eq!(page.status, 500, "{}", page.text());
            assert_eq!(document(&page)["type"], "urn:fanpass:problem:account-refused");
        }
    };
    ask(20).await;
    ask(20).await;
    assert_eq!(app.platform.calls("stable_token").await, fetchers(&app, 2));
    let ready: Value = document(&app.ops("/readyz").await);
    assert_eq!(
        (&ready["status"], &ready["account_token"]["state"]),
        (&json!("ready"), &json!("degraded"))
    );

    if app.backends.redis_url.is_none() {
        app.clock.advance(61);
        ask(20).await;
        assert_eq!(app.platform.calls("stable_token").await, 2 * fetchers(&app, 2));
        app.platform.clear_faults().await;
        app.clock.advance(61);
        assert_eq!(get(&app, TOKEN).await.status, 200);
        let ready: Value = document(&app.ops("/readyz").await);
        assert_eq!(ready["account_token"]["state"], "up");
    }
}

#[actix_web::test]
async fn a_host_that_is_not_on_the_whitelist_calls_once_a_minute_and_goes_on_when_it_is_entered() {
    let app = with_key().start().await;
    let whitelist = async |list: Value| {
        let change = json!({ "ip_whitelist": list });
        app.platform.control("PATCH", "settings", change).await;
    };
    whitelist(json!(["203.0.113.0/24"])).await;
    for minute in 1..=3 {
        for page in join_all((0..20).map(|_| get(&app, TOKEN))).await {
            assert_eq!(page.status, 500, "{}", page.text());
        }
        assert_eq!(get(&app, TICKET).await.status, 500);
        assert_eq!(app.platform.calls("stable_token").await, minute);
        if app.backends.redis_url.is_some() {
            // Its clock is not ours.
            return;
        }
        app.clock.advance(61);
    }
    whitelist(json!(["127.0.0.0/8"])).await;
    assert_eq!(get(&app, TOKEN).await.status, 200);
    assert_eq!(app.platform.calls("stable_token").await, 4);
    assert_eq!(
        app.platform.calls("ticket").await,
        0,
        "no ticket is asked for without a token"
    );
}

#[actix_web::test]
async fn one_loud_line_of_a_real_process_names_the_ip_that_is_not_on_the_whitelist() {
    let (site, port) = (Site::new(), free_port().to_string());
    let process = site.start(&[("OPS_API_KEY", OPS_KEY), ("FANPASS__INTERNAL__PORT", &port)]);
    let client = awc::Client::default();
    let whitelist = json!({ "ip_whitelist": ["203.0.113.0/24"] });
    let changed = client.patch(site.control("settings")).send_json(&whitelist).await;
    assert!(changed.unwrap().status().is_success());
    for _ in 0..10 {
        let url = format!("http://127.0.0.1:{port}{TOKEN}");
        let asked = client.get(url).bearer_auth(OPS_KEY).send().await.unwrap();
        assert_eq!(asked.status(), 500);
    }
    assert_eq!(site.platform_requests().await["requests"]["stable_token"], 1);
    let metrics = site.ask("/metrics").await.text();
    let down = metric(&metrics, r#"fanpass_dependency_up{dependency="account_token"}"#);
    assert_eq!(down, Some(0.0), "{metrics}");
    let refused: Vec<&str> = metrics
        .lines()
        .filter(|line| line.contains(r#"errcode="40164""#))
        .collect();
    assert_eq!(refused.len(), 1, "{refused:?}");

    let printed = process.terminate().await.1;
    let loud: Vec<&String> = printed.iter().filter(|line| line.contains("ERROR")).collect();
    let [line] = loud[..] else {
        panic!("one loud line: {loud:#?}")
    };
    for words in ["40164", "add 127.0.0.1 to the IP whitelist", "开发密钥"] {
        assert!(line.contains(words), "{line}");
    }
}

#[actix_web::test]
async fn after_a_failure_that_may_end_by_itself_a_process_pauses_and_says_for_how_long() {
    for fault in [
        json!({ "kind": "errcode", "errcode": -1, "errmsg": "system error" }),
        json!({ "kind": "garbage", "body": "not_json" }),
    ] {
        let app = with_key().start().await;
        app.platform.fault("stable_token", fault.clone()).await;
        let first = get(&app, TOKEN).await;
        assert!([502, 503].contains(&first.status), "{fault}: {}", first.text());
        let calls = app.platform.calls("stable_token").await;
        let second = get(&app, TOKEN).await;
        assert_eq!(second.status, 503, "{fault}: {}", second.text());
        assert_eq!(document(&second)["type"], "urn:fanpass:problem:platform-paused");
        let seconds: u32 = second.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=2).contains(&seconds), "{seconds}");
        assert_eq!(app.platform.calls("stable_token").await, calls);
        app.platform.clear_faults().await;
        eventually("it is asked again", async || get(&app, TOKEN).await.status == 200).await;
    }
}

#[actix_web::test]
async fn in_its_last_minutes_a_token_is_renewed_while_the_old_one_is_served() {
    let app = with_key().start().await;
    // The sandbox has a clock of its own.
    let first = get(&app, TOKEN).await;
    let left = document(&first)["expires_in"].as_i64().unwrap();
    let pass = async |seconds: i64| {
        app.clock.advance(seconds);
        app.platform
            .control("POST", "clock", json!({ "advance_seconds": seconds }))
            .await;
    };
    if app.backends.redis_url.is_some() {
        return;
    }
    pass(left - 301).await;
    assert_eq!(token(&get(&app, TOKEN).await), token(&first));
    assert_eq!(app.platform.calls("stable_token").await, 1);
    pass(20).await;
    let during = get(&app, TOKEN).await;
    assert_eq!(token(&during), token(&first), "the old one is served during the change");
    assert!(document(&during)["expires_in"].as_i64().unwrap() <= 281);
    eventually("it is renewed", async || {
        token(&get(&app, TOKEN).await) != token(&first)
    })
    .await;
    assert_eq!(app.platform.calls("stable_token").await, 2);
}

#[actix_web::test]
async fn two_accounts_have_tokens_of_their_own() {
    let [one, other] = with_key().start_two_accounts("wx00000000000000bb").await;
    let (first, second) = (get(&one, TOKEN).await, get(&other, TOKEN).await);
    assert_ne!(token(&first), token(&second));
    assert_eq!(token(&refresh(&other, &token(&first)).await), token(&second));
    assert_eq!(
        (
            one.platform.calls("stable_token").await,
            other.platform.calls("stable_token").await
        ),
        (1, 1)
    );
}

#[actix_web::test]
async fn while_redis_is_away_a_process_serves_the_token_that_it_has() {
    let Some(redis) = TestApp::redis_url() else {
        return;
    };
    let proxy = RedisProxy::start(&redis);
    let app = with_key().env("REDIS_URL", &proxy.url).start().await;
    let first = token(&get(&app, TOKEN).await);
    proxy.cut();
    for _ in 0..4 {
        app.clock.advance(6);
        assert_eq!(token(&get(&app, TOKEN).await), first);
    }
    assert_eq!(app.platform.calls("stable_token").await, 1);
}

#[actix_web::test]
async fn a_replica_that_failed_once_is_well_again_with_another_s_token() {
    let app = with_key().start().await;
    let Some(_) = &app.backends.redis_url else {
        return;
    };
    let other = app.replica().await;
    app.platform
        .fault("stable_token", json!({ "kind": "garbage", "body": "not_json" }))
        .await;
    assert_ne!(get(&app, TOKEN).await.status, 200);
    app.platform.clear_faults().await;
    assert_eq!(get(&other, TOKEN).await.status, 200);
    assert_eq!(get(&app, TOKEN).await.status, 200);
    let ready: Value = document(&app.ops("/readyz").await);
    assert_eq!(ready["account_token"]["state"], "up");
}

#[actix_web::test]
async fn a_report_of_a_token_that_is_none_costs_nothing_and_forces_nothing() {
    let app = with_key().start().await;
    let first = token(&get(&app, TOKEN).await);
    let reports = join_all((0..50).map(async |number| refresh(&app, &format!("made-up-{number}")).await)).await;
    assert!(reports.iter().all(|page| token(page) == first));
    assert_eq!(app.platform.calls("stable_token").await, 1);
}
