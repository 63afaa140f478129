//! The account's tokens, quotas and whitelist, and what the control API tells of them.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{APP_ID, APP_SECRET, Response, TestSandbox, post, stable_token, text};

const TOKEN: &str = "/cgi-bin/token?grant_type=client_credential&appid=wx0123456789abcdef&secret=";

async fn plain(sandbox: &TestSandbox) -> Response {
    sandbox.get(&format!("{TOKEN}{APP_SECRET}")).await
}

async fn plain_token(sandbox: &TestSandbox) -> String {
    text(&plain(sandbox).await.json(), "access_token").to_owned()
}

/// An errcode of a call with this token.
async fn ask(sandbox: &TestSandbox, token: &str) -> i64 {
    let path = format!("/cgi-bin/get_api_domain_ip?access_token={token}");
    sandbox.get(&path).await.errcode()
}

async fn stable(sandbox: &TestSandbox, force: bool) -> Response {
    let body = json!({"grant_type":"client_credential","appid":APP_ID,"secret":APP_SECRET,"force_refresh":force});
    crate::support::read(
        sandbox
            .request(Method::POST, "/cgi-bin/stable_token")
            .send_json(&body)
            .await
            .unwrap(),
    )
    .await
}

#[actix_web::test]
async fn a_new_token_ends_the_one_before_after_five_minutes() {
    let sandbox = TestSandbox::new().await;
    let first = plain_token(&sandbox).await;
    let second = plain_token(&sandbox).await;
    assert_ne!(first, second);
    assert_eq!((ask(&sandbox, &first).await, ask(&sandbox, &second).await), (0, 0));
    sandbox.advance(300).await;
    assert_eq!((ask(&sandbox, &first).await, ask(&sandbox, &second).await), (40001, 0));
    sandbox.advance(6900).await;
    assert_eq!(ask(&sandbox, &second).await, 42001);
    let wrong = sandbox.get(&format!("{TOKEN}wrong")).await;
    assert_eq!(wrong.errcode(), 40125);
}

#[actix_web::test]
async fn both_kinds_of_token_are_good_side_by_side() {
    let sandbox = TestSandbox::new().await;
    let stable_one = stable_token(&sandbox).await;
    let plain_one = plain_token(&sandbox).await;
    plain_token(&sandbox).await;
    sandbox.advance(301).await;
    assert_eq!(
        (ask(&sandbox, &stable_one).await, ask(&sandbox, &plain_one).await),
        (0, 40001)
    );
    stable(&sandbox, true).await;
    assert_eq!(ask(&sandbox, &stable_one).await, 40001);
    assert_eq!(ask(&sandbox, "not%20a%20token").await, 40014);
    assert_eq!(ask(&sandbox, &stable_one[..20]).await, 40014);
}

#[actix_web::test]
async fn a_stable_token_near_its_end_is_good_five_minutes_beside_the_new_one() {
    let sandbox = TestSandbox::new().await;
    let first = stable_token(&sandbox).await;
    sandbox.advance(7100).await;
    let second = stable(&sandbox, false).await.json();
    assert_eq!(second["expires_in"], 7200);
    sandbox.advance(299).await;
    assert_eq!(ask(&sandbox, &first).await, 0);
    sandbox.advance(2).await;
    assert_eq!(ask(&sandbox, &first).await, 42001);
    assert_eq!(ask(&sandbox, text(&second, "access_token")).await, 0);
}

#[actix_web::test]
async fn a_refresh_is_forced_every_thirty_seconds_and_twenty_times_a_day_at_most() {
    let sandbox = TestSandbox::new().await;
    let first = stable(&sandbox, true).await.json();
    let second = stable(&sandbox, true).await.json();
    assert_eq!(first["access_token"], second["access_token"]);
    for _ in 1..20 {
        sandbox.advance(30).await;
        assert_eq!(stable(&sandbox, true).await.errcode(), 0);
    }
    sandbox.advance(30).await;
    assert_eq!(stable(&sandbox, true).await.errcode(), 45009);
    assert_eq!(stable(&sandbox, false).await.errcode(), 0);
    sandbox.advance(24 * 3600).await;
    assert_eq!(stable(&sandbox, true).await.errcode(), 0);
}

#[actix_web::test]
async fn the_stable_token_needs_to_be_told_whether_it_is_forced() {
    let sandbox = TestSandbox::new().await;
    let body = json!({"grant_type":"client_credential","appid":APP_ID,"secret":APP_SECRET});
    let request = sandbox.request(Method::POST, "/cgi-bin/stable_token");
    let response = crate::support::read(request.send_json(&body).await.unwrap()).await;
    assert_eq!(response.errcode(), 41002);
}

#[actix_web::test]
async fn calls_are_counted_by_path_token_and_errcode() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    ask(&sandbox, &token).await;
    ask(&sandbox, "made-up").await;
    sandbox.get("/cgi-bin/tags/get").await;
    let fault = json!({"kind":"errcode","errcode":40001});
    sandbox
        .control(Method::PUT, "faults/cgi-bin/get_api_domain_ip", fault)
        .await;
    for _ in 0..5 {
        assert_eq!(ask(&sandbox, &token).await, 40001, "until it is removed");
    }
    sandbox.control(Method::DELETE, "faults/api_ips", Value::Null).await;
    assert_eq!(ask(&sandbox, &token).await, 0);
    let calls = sandbox.get("/sandbox/calls").await.json();
    assert_eq!(calls["/cgi-bin/stable_token"]["total"], 1);
    assert_eq!(calls["/cgi-bin/tags/get"]["errcodes"], json!({"40066": 1}));
    let by_name = sandbox.get("/sandbox/calls?path=api_ips").await.json();
    assert_eq!(by_name, calls["/cgi-bin/get_api_domain_ip"]);
    assert_eq!(by_name["errcodes"], json!({"0": 2, "40001": 6}));
    assert_eq!(by_name["tokens"]["stable#1"]["errcodes"], json!({"0": 2, "40001": 5}));
    assert_eq!(by_name["tokens"]["unknown"]["total"], 1);
    sandbox.control(Method::DELETE, "requests", Value::Null).await;
    assert_eq!(sandbox.get("/sandbox/calls?path=api_ips").await.json()["total"], 0);
}

#[actix_web::test]
async fn all_tokens_can_be_ended_as_if_another_system_had_fetched_one() {
    let sandbox = TestSandbox::new().await;
    let tokens = [stable_token(&sandbox).await, plain_token(&sandbox).await];
    sandbox.control(Method::DELETE, "tokens", Value::Null).await;
    for token in &tokens {
        assert_eq!(ask(&sandbox, token).await, 40001);
    }
    let next = stable_token(&sandbox).await;
    assert_ne!(next, tokens[0]);
    let listed = sandbox.get("/sandbox/tokens").await.json();
    assert_eq!(
        (&listed[1]["access_token"], &listed[1]["errcode"]),
        (&json!(next), &json!(0))
    );
    assert_eq!(listed[1]["name"], "stable#2");
}

#[actix_web::test]
async fn a_quota_is_counted_refused_and_cleared() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let limit = json!({"daily_limit": 2});
    sandbox.control(Method::PUT, "quotas/api_ips", limit).await;
    assert_eq!((ask(&sandbox, &token).await, ask(&sandbox, &token).await), (0, 0));
    assert_eq!(ask(&sandbox, &token).await, 45009);
    let path = json!({"cgi_path": "/cgi-bin/get_api_domain_ip"});
    let quota = post(&sandbox, "openapi/quota/get", &token, path.clone()).await.json();
    assert_eq!(quota["quota"], json!({"daily_limit": 2, "used": 2, "remain": 0}));
    assert_eq!(post(&sandbox, "openapi/quota/clear", &token, path).await.errcode(), 0);
    assert_eq!((ask(&sandbox, &token).await, ask(&sandbox, &token).await), (0, 0));
    sandbox.advance(24 * 3600).await;
    let token = stable_token(&sandbox).await;
    assert_eq!(ask(&sandbox, &token).await, 0, "another day");
    let limit = json!({"minute_limit": 0});
    sandbox.control(Method::PUT, "quotas/api_ips", limit).await;
    assert_eq!(ask(&sandbox, &token).await, 45011);
    sandbox.control(Method::DELETE, "quotas", Value::Null).await;
    assert_eq!(ask(&sandbox, &token).await, 0);
}

#[actix_web::test]
async fn all_quotas_are_cleared_ten_times_a_month_also_with_the_secret() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let app = json!({"appid": APP_ID});
    for _ in 0..5 {
        assert_eq!(post(&sandbox, "clear_quota", &token, app.clone()).await.errcode(), 0);
        let both = json!({"appid": APP_ID, "appsecret": APP_SECRET});
        assert_eq!(post(&sandbox, "clear_quota/v2", "", both).await.errcode(), 0);
    }
    assert_eq!(
        post(&sandbox, "clear_quota", &token, app.clone()).await.errcode(),
        48006
    );
    assert_eq!(
        post(&sandbox, "clear_quota", &token, json!({"appid":"wx0"}))
            .await
            .errcode(),
        40013
    );
    sandbox.advance(31 * 24 * 3600).await;
    let token = stable_token(&sandbox).await;
    assert_eq!(post(&sandbox, "clear_quota", &token, app).await.errcode(), 0);
}

#[actix_web::test]
async fn outside_the_whitelist_neither_secret_nor_token_is_taken() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let listed = async |ips: Value| {
        let set = sandbox
            .control(Method::PATCH, "settings", json!({ "ip_whitelist": ips }))
            .await;
        set.status.as_u16()
    };
    listed(json!(["203.0.113.0/24"])).await;
    assert_eq!(ask(&sandbox, &token).await, 40164);
    let refused = stable(&sandbox, false).await;
    assert_eq!((refused.errcode(), plain(&sandbox).await.errcode()), (40164, 40164));
    let expected = "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: ";
    let message = refused.json()["errmsg"].as_str().unwrap().to_owned();
    assert!(message.starts_with(expected), "{message}");
    listed(json!(["127.0.0.1"])).await;
    assert_eq!(ask(&sandbox, &token).await, 0);
    assert_eq!(listed(json!(["host"])).await, 400);
    listed(json!([])).await;
    assert_eq!(ask(&sandbox, &token).await, 40164);
    listed(Value::Null).await;
    assert_eq!(ask(&sandbox, &token).await, 0);
}

#[actix_web::test]
async fn a_refused_request_is_found_by_its_rid_for_seven_days() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let refused = sandbox
        .get(&format!("/cgi-bin/user/info?openid=oNobody&access_token={token}"))
        .await
        .json();
    let rid = text(&refused, "errmsg").rsplit_once("rid: ").unwrap().1.to_owned();
    let asked = json!({ "rid": rid });
    let shown = post(&sandbox, "openapi/rid/get", &token, asked.clone()).await.json();
    assert_eq!(
        shown["request"]["request_url"],
        "/cgi-bin/user/info?openid=oNobody&access_token=***"
    );
    assert_eq!(shown["request"]["client_ip"], "127.0.0.1");
    for (rid, errcode) in [("nonsense", 76002), ("01234567-01234567-01234567", 76001)] {
        let answer = post(&sandbox, "openapi/rid/get", &token, json!({ "rid": rid })).await;
        assert_eq!(answer.errcode(), errcode, "{rid}");
    }
    sandbox.advance(7 * 24 * 3600).await;
    let token = stable_token(&sandbox).await;
    assert_eq!(post(&sandbox, "openapi/rid/get", &token, asked).await.errcode(), 76004);
}
