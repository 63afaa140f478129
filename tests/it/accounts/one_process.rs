//! Two accounts in one process, on one infrastructure: the same fans log in at both at the same time, and nothing crosses.

use deadpool_redis::redis::{Client, cmd};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::OTHER_APP_ID;
use crate::support::{Browser, TestApp, account_metric, eventually, parameter};

/// A fan whom both platforms know under one openid.
pub const FAN: &str = "oTheSameAtBothAccounts";

/// Two accounts, and the fan as each platform knows them. The fan has registered at none.
pub async fn two_accounts(settings: &[(&str, &str)]) -> [TestApp; 2] {
    let apps = TestApp::two_accounts(OTHER_APP_ID, settings).await;
    for (app, nickname) in apps.iter().zip(["甲号的小雨", "乙号的小雨"]) {
        app.platform.fan_with_openid(nickname, FAN).await;
    }
    apps
}

/// A browser on which the fan comes back to one account.
pub async fn silent_login(app: &TestApp) -> Browser {
    let browser = app.browser();
    let callback = app.silent_callback(&browser, FAN, "/here").await;
    assert_eq!(browser.get(&callback).await.location(), "/here");
    browser
}

pub async fn is_signed_in(app: &TestApp, browser: &Browser) -> bool {
    // The index page would begin a login in this browser.
    browser.get(&app.at("/login?next=/here")).await.location() == "/here"
}

async fn metrics(app: &TestApp) -> String {
    app.ops("/metrics").await.text()
}

fn counted(text: &str, series: &str, app: &TestApp) -> f64 {
    account_metric(text, series, &app.app_id).unwrap_or_else(|| panic!("{series} of {}:\n{text}", app.app_id))
}

#[actix_web::test]
async fn a_fan_of_one_account_is_a_stranger_at_the_other() {
    let [a, b] = two_accounts(&[]).await;
    let at_a = a.registered(FAN).await;
    let browser = b.browser();
    let callback = b.silent_callback(&browser, FAN, "/here").await;
    assert_eq!(
        browser.open(&callback).await.path(),
        "/welcome",
        "nobody registered here"
    );
    assert_eq!((a.rows(None).await, b.rows(None).await), (1, 0));

    let at_b = b.registered(FAN).await;
    let (ours, theirs) = (a.row(FAN).await, b.row(FAN).await);
    assert_ne!(ours.id, theirs.id, "two fans");
    assert_eq!((&*ours.nickname, &*theirs.nickname), ("甲号的小雨", "乙号的小雨"));
    assert!(at_a.get(&a.at("/")).await.text().contains("甲号的小雨"));
    assert!(at_b.get(&b.at("/")).await.text().contains("乙号的小雨"));
}

#[actix_web::test]
async fn a_session_belongs_to_an_account() {
    let [a, b] = two_accounts(&[]).await;
    let (at_a, at_b) = (a.registered(FAN).await, b.registered(FAN).await);
    for (browser, own, other) in [(&at_a, &a, &b), (&at_b, &b, &a)] {
        // `/login` looks at the session alone, `/` also for the fan's row.
        for path in ["/login?next=/here", "/"] {
            let page = browser.copy().get(&other.at(path)).await;
            let begins_a_login = (303, Some(other.app_id.clone()));
            assert_eq!((page.status, page.carried("appid")), begins_a_login, "{path}");
        }
        let astray = browser.copy();
        let origin = [("origin", other.url.as_str())];
        astray.request("POST", &other.at("/logout"), &origin, Some(&[])).await;
        assert!(is_signed_in(own, browser).await, "a logout elsewhere ends nothing");
    }
    let origin = [("origin", a.url.as_str())];
    let kept = at_a.cookie("fanpass_session").unwrap();
    at_a.request("POST", &a.at("/logout"), &origin, Some(&[])).await;
    at_a.set_cookie("fanpass_session", &kept);
    assert!(!is_signed_in(&a, &at_a).await, "no copy of the session is left");
    assert!(is_signed_in(&b, &at_b).await, "the other account's session goes on");
}

#[actix_web::test]
async fn a_login_begun_at_another_account_is_an_unknown_state_and_its_code_is_not_spent() {
    let [a, b] = two_accounts(&[]).await;
    let mut begun = Vec::new();
    for app in [&a, &b] {
        let browser = app.browser();
        let registration = app.consent(&browser, FAN, "/here", "agree").await;
        let silent = app.silent_callback(&browser, FAN, "/here").await;
        begun.push((app, browser, [registration, silent]));
    }
    for ((own, browser, callbacks), other) in begun.iter().zip([&b, &a]) {
        // With every cookie of the browser, as if both accounts were under one host.
        let astray = browser.copy();
        for callback in callbacks {
            let page = astray.get(&callback.replace(&own.url, &other.url)).await;
            assert_eq!(page.status, 400, "{}", page.text());
            assert!(!astray.is_signed_in());
            let spent = [own.exchanges(callback).await, other.exchanges(callback).await];
            assert_eq!(spent, [0, 0], "its code is not spent");
        }
    }
    let text = metrics(&a).await;
    for (app, browser, callbacks) in &begun {
        let unknown = counted(
            &text,
            r#"fanpass_logins_total{outcome="unknown_state",failure=""}"#,
            app,
        );
        assert_eq!(unknown, 2.0, "the account that was asked counts it");
        for callback in callbacks {
            let page = browser.get(callback).await;
            assert_eq!(
                (page.status, page.location()),
                (303, "/here"),
                "its own account takes it"
            );
            assert_eq!(app.exchanges(callback).await, 1);
        }
    }
}

#[actix_web::test]
async fn a_code_that_is_spent_at_one_account_says_nothing_of_the_same_code_at_the_other() {
    let [a, b] = two_accounts(&[]).await;
    a.registered(FAN).await;
    let browser = a.browser();
    let callback = a.silent_callback(&browser, FAN, "/here").await;
    let code = parameter(&callback, "code").unwrap();
    assert_eq!(browser.get(&callback).await.location(), "/here");
    // A browser with a login of its own at the other account brings it, twice.
    let thief = b.browser();
    for _ in 0..2 {
        let begun = thief.get(&b.at("/register?next=/here")).await;
        let state = begun.carried("state").unwrap();
        let page = thief
            .get(&b.at(&format!("/wechat/callback?code={code}&state={state}")))
            .await;
        assert_eq!(page.status, 502, "{}", page.text());
        assert!(!thief.is_signed_in());
    }
    assert_eq!(b.exchanges(&callback).await, 1, "its own platform was asked, once");
    assert_eq!(a.exchanges(&callback).await, 1);
    assert_eq!(b.rows(None).await, 0);
}

#[actix_web::test]
async fn logins_of_the_same_fans_that_interleave_end_each_at_its_own_account() {
    let apps = two_accounts(&[("wechat.max_in_flight", "64")]).await;
    for app in &apps {
        app.registered(FAN).await;
    }
    let before = metrics(&apps[0]).await;
    let logins = (0..32).map(async |number| interleaved_login(&apps, number).await);
    join_all(logins).await;
    let after = metrics(&apps[0]).await;
    for app in &apps {
        let grown = |series: &str| counted(&after, series, app) - counted(&before, series, app);
        // Of 16 at each account: four of each kind, and a repeated callback is one more.
        assert_eq!(grown("fanpass_registrations_total"), 4.0);
        assert_eq!(grown("fanpass_sessions_begun_total"), 20.0);
        assert_eq!(grown(r#"fanpass_logins_total{outcome="signed_in",failure=""}"#), 20.0);
        assert_eq!(
            grown(r#"fanpass_logins_total{outcome="unknown_state",failure=""}"#),
            4.0
        );
        assert_eq!(grown(r#"fanpass_sessions_ended_total{reason="logout"}"#), 4.0);
        assert_eq!(app.rows(None).await, 1);
    }
    let [a, b] = [apps[0].row(FAN).await, apps[1].row(FAN).await];
    assert_eq!((&*a.nickname, &*b.nickname), ("甲号的小雨", "乙号的小雨"));
}

/// One of many at the same time: at either account by turns, of a kind that the number says.
async fn interleaved_login(apps: &[TestApp; 2], number: usize) {
    let (own, other) = (&apps[number % 2], &apps[(number + 1) % 2]);
    let browser = own.browser();
    match number / 2 % 4 {
        // A registration.
        0 => drop(own.register(&browser, FAN, "/").await),
        // A silent login whose callback first goes astray.
        1 => {
            let callback = own.silent_callback(&browser, FAN, "/here").await;
            let astray = browser.copy().get(&callback.replace(&own.url, &other.url)).await;
            assert_eq!(astray.status, 400);
            assert_eq!(browser.get(&callback).await.location(), "/here");
        }
        // A silent login whose callback comes twice at once.
        2 => {
            let callback = own.silent_callback(&browser, FAN, "/here").await;
            let copy = browser.copy();
            let (first, second) = tokio::join!(browser.get(&callback), copy.get(&callback));
            assert_eq!((first.location(), second.location()), ("/here", "/here"));
            assert!(is_signed_in(own, &copy).await);
        }
        // A silent login and a logout.
        _ => {
            let browser = silent_login(own).await;
            let origin = [("origin", own.url.as_str())];
            browser.request("POST", &own.at("/logout"), &origin, Some(&[])).await;
            return assert!(!is_signed_in(own, &browser).await);
        }
    }
    assert!(is_signed_in(own, &browser).await);
    let elsewhere = browser.copy();
    assert!(!is_signed_in(other, &elsewhere).await);
}

#[actix_web::test]
async fn an_old_profile_is_refreshed_with_its_own_accounts_token() {
    let [a, b] = two_accounts(&[("fans.refresh_after_days", "0")]).await;
    a.registered(FAN).await;
    b.registered(FAN).await;
    let rename = json!({ "nickname": "甲号的新名" });
    a.platform.control("PATCH", &format!("fans/{FAN}"), rename).await;
    let (calls, before) = (b.platform.calls("userinfo").await, b.row(FAN).await);
    silent_login(&a).await;
    eventually("the new nickname", async || a.row(FAN).await.nickname == "甲号的新名").await;
    let after = b.row(FAN).await;
    assert_eq!(
        (after.nickname, after.profile_refreshed_at),
        (before.nickname, before.profile_refreshed_at)
    );
    assert_eq!(b.platform.calls("userinfo").await, calls, "its platform was not asked");
}

#[actix_web::test]
async fn the_platform_of_one_account_fails_for_that_account_alone() {
    let [a, b] = two_accounts(&[]).await;
    a.registered(FAN).await;
    b.registered(FAN).await;
    a.platform.fault("access_token", json!({ "kind": "down" })).await;
    let browser = a.browser();
    let callback = a.silent_callback(&browser, FAN, "/here").await;
    assert_eq!(browser.get(&callback).await.status, 502);
    silent_login(&b).await;
    let text = metrics(&a).await;
    let up = r#"fanpass_dependency_up{dependency="platform"}"#;
    assert_eq!((counted(&text, up, &a), counted(&text, up, &b)), (0.0, 1.0));
    let failed = r#"fanpass_logins_total{outcome="failed",failure="platform"}"#;
    assert_eq!((counted(&text, failed, &a), counted(&text, failed, &b)), (1.0, 0.0));
    let ready: Value = serde_json::from_slice(&a.ops("/readyz").await.body).unwrap();
    assert_eq!(
        (&ready["platform"]["state"], &ready["database"]["state"]),
        (&json!("degraded"), &json!("up"))
    );
}

#[actix_web::test]
async fn each_account_has_its_series_from_the_start() {
    let [a, b] = two_accounts(&[]).await;
    let text = metrics(&a).await;
    for app in [&a, &b] {
        for series in [
            r#"fanpass_logins_begun_total{scope="snsapi_base"}"#,
            r#"fanpass_logins_total{outcome="failed",failure="configuration"}"#,
            "fanpass_registrations_total",
            "fanpass_sessions_begun_total",
            r#"fanpass_sessions_ended_total{reason="logout"}"#,
            r#"fanpass_platform_requests_total{endpoint="sns/oauth2/access_token",outcome="timeout",errcode="none"}"#,
            r#"fanpass_refusals_total{reason="rate_limit"}"#,
        ] {
            assert_eq!(counted(&text, series, app), 0.0, "{series}");
        }
    }
    let shared = r#"fanpass_dependency_up{dependency="database",account=""} 1"#;
    assert!(text.contains(shared), "what the accounts share is none's: {text}");
}

#[actix_web::test]
async fn every_key_in_redis_names_its_account() {
    let [a, b] = two_accounts(&[]).await;
    let Some(url) = a.backends.redis_url.clone() else {
        return;
    };
    for app in [&a, &b] {
        app.registered(FAN).await;
        silent_login(app).await;
    }
    let prefix = a.variables()["FANPASS__CACHE__KEY_PREFIX"].clone();
    let mut redis = Client::open(url)
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let keys: Vec<String> = cmd("KEYS")
        .arg(format!("{prefix}*"))
        .query_async(&mut redis)
        .await
        .unwrap();
    let of = |app: &TestApp, kind: &str| {
        let start = format!("{prefix}:{}:{kind}:", app.app_id);
        keys.iter().filter(|key| key.starts_with(&start)).count()
    };
    for app in [&a, &b] {
        assert_eq!((of(app, "web_token"), of(app, "code")), (1, 2), "{keys:?}");
    }
    let known = ["web_token", "code", "completion", "web_token_refresh"];
    let of_accounts: usize = [&a, &b].iter().flat_map(|app| known.map(|kind| of(app, kind))).sum();
    assert_eq!(of_accounts, keys.len(), "{keys:?}");
}
