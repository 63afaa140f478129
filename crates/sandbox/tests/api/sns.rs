//! `sns/*`: fields, form and errors.

use actix_web::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{APP_ID, APP_SECRET, TestSandbox, exchange_path, read, text, token_path};

#[actix_web::test]
async fn an_exchange_returns_the_documented_fields_as_text() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("丙").await;
    let code = sandbox.code(&fan, "snsapi_base").await;
    let response = sandbox.exchange(&code).await;
    assert_eq!(
        (response.status, response.header("content-type")),
        (StatusCode::OK, Some("text/plain"))
    );
    let tokens = response.json();
    let mut fields: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        ["access_token", "expires_in", "openid", "refresh_token", "scope"]
    );
    assert_eq!(tokens["openid"], fan["openid"]);
    assert_eq!(
        (&tokens["expires_in"], &tokens["scope"]),
        (&json!(7200), &json!("snsapi_base"))
    );
    let openid = text(&tokens, "openid");
    assert!(openid.len() == 28 && openid.starts_with('o'));
}

#[actix_web::test]
async fn a_unionid_comes_with_userinfo_only() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("丁").await;
    assert_eq!(sandbox.tokens(&fan, "snsapi_userinfo").await["unionid"], fan["unionid"]);
    assert!(sandbox.tokens(&fan, "snsapi_base").await.get("unionid").is_none());
}

#[actix_web::test]
async fn a_code_is_spent_once_also_by_eight_at_once() {
    let sandbox = TestSandbox::new().await;
    let code = sandbox.code(&sandbox.fan("戊").await, "snsapi_base").await;
    let responses = futures_util::future::join_all((0..8).map(|_| sandbox.exchange(&code))).await;
    let mut errcodes: Vec<_> = responses.iter().map(|response| response.errcode()).collect();
    errcodes.sort_unstable();
    assert_eq!(errcodes, [0, 40163, 40163, 40163, 40163, 40163, 40163, 40163]);
    let report = sandbox.get(&format!("/sandbox/requests?code={code}")).await.json();
    assert_eq!(report["exchanges"][&code], 8);
    assert_eq!(report["answers"]["access_token"], json!({ "0": 1, "40163": 7 }));
}

#[actix_web::test]
async fn an_error_carries_its_text_and_a_request_id() {
    let sandbox = TestSandbox::new().await;
    let refused = sandbox.exchange("made-up").await;
    assert_eq!(
        (refused.status, refused.header("content-type")),
        (StatusCode::OK, Some("text/plain"))
    );
    let refused = refused.json();
    let (says, rid) = text(&refused, "errmsg").split_once(", rid: ").unwrap();
    assert_eq!((&refused["errcode"], says), (&json!(40029), "invalid code"));
    let groups: Vec<_> = rid.split('-').collect();
    assert_eq!(groups.len(), 3);
    assert!(
        groups
            .iter()
            .all(|group| group.len() == 8 && group.bytes().all(|byte| byte.is_ascii_hexdigit())),
        "{rid}"
    );
}

#[actix_web::test]
async fn a_faulty_exchange_names_the_fault_and_spends_nothing() {
    let sandbox = TestSandbox::new().await;
    let code = sandbox.code(&sandbox.fan("己").await, "snsapi_base").await;
    let good = exchange_path(APP_ID, APP_SECRET, &code);
    let cases = [
        (good.replace(APP_ID, ""), 41002),
        (good.replace(APP_ID, "wxffffffffffffffff"), 40013),
        (good.replace(APP_SECRET, ""), 41004),
        (good.replace(APP_SECRET, "wrong"), 40125),
        (good.replace("authorization_code", "refresh_token"), 40002),
        (good.replace(&code, ""), 41008),
        (good.replace(&code, "unknown"), 40029),
    ];
    for (path, errcode) in cases {
        assert_eq!(sandbox.get(&path).await.errcode(), errcode, "{path}");
    }
    let posted = read(sandbox.request(Method::POST, &good).send().await.unwrap()).await;
    assert_eq!(posted.errcode(), 43001);
    assert_eq!(sandbox.get(&good).await.errcode(), 0);
}

#[actix_web::test]
async fn a_code_expires_after_five_minutes() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("庚").await;
    let (young, old) = (
        sandbox.code(&fan, "snsapi_base").await,
        sandbox.code(&fan, "snsapi_base").await,
    );
    sandbox.advance(290).await;
    assert_eq!(sandbox.exchange(&young).await.errcode(), 0);
    sandbox.advance(10).await;
    assert_eq!(sandbox.exchange(&old).await.errcode(), 42003);
    assert_eq!(sandbox.exchange(&young).await.errcode(), 40163);
    sandbox.advance(3600).await;
    assert_eq!(sandbox.exchange(&old).await.errcode(), 40029);
}

#[actix_web::test]
async fn a_profile_has_the_platforms_shape() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("辛🍊<b>").await;
    let tokens = sandbox.tokens(&fan, "snsapi_userinfo").await;
    let response = sandbox
        .get(&format!("{}&lang=zh_CN", token_path("/sns/userinfo", &tokens)))
        .await;
    assert_eq!(response.header("content-type"), Some("text/plain"));
    assert!(
        response.text().contains(r#""headimgurl":"http:\/\/127.0.0.1:"#),
        "{}",
        response.text()
    );
    assert!(response.text().contains(r#"\/mmopen\/vi_32\/"#));
    assert!(response.text().contains("辛🍊<b>"), "nicknames are raw UTF-8");
    let blank = json!({ "sex": 0, "language": "", "city": "", "province": "", "country": "", "privilege": [] });
    let mut expected = blank.as_object().unwrap().clone();
    for key in ["openid", "nickname", "headimgurl", "unionid"] {
        expected.insert(key.into(), fan[key].clone());
    }
    assert_eq!(response.json().as_object().unwrap(), &expected);
}

#[actix_web::test]
async fn a_base_token_gets_no_profile_but_is_valid() {
    let sandbox = TestSandbox::new().await;
    let tokens = sandbox.tokens(&sandbox.fan("壬").await, "snsapi_base").await;
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 48001);
    assert_eq!(
        sandbox.auth(&tokens).await.json(),
        json!({ "errcode": 0, "errmsg": "ok" })
    );
}

#[actix_web::test]
async fn a_token_is_good_for_its_own_openid_only() {
    let sandbox = TestSandbox::new().await;
    let mut tokens = sandbox.tokens(&sandbox.fan("癸").await, "snsapi_userinfo").await;
    tokens["openid"] = sandbox.fan("子").await["openid"].clone();
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 40003);
    assert_eq!(sandbox.auth(&tokens).await.errcode(), 40003);
    tokens["access_token"] = "made-up".into();
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 40001);
    assert_eq!(sandbox.auth(&tokens).await.errcode(), 40001);
    assert_eq!(sandbox.get("/sns/userinfo?openid=o").await.errcode(), 41001);
}

#[actix_web::test]
async fn an_access_token_is_valid_for_two_hours_and_a_refresh_token_for_thirty_days() {
    let sandbox = TestSandbox::new().await;
    let tokens = sandbox.tokens(&sandbox.fan("丑").await, "snsapi_userinfo").await;
    sandbox.advance(7190).await;
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 0);
    sandbox.advance(10).await;
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 42001);
    assert_eq!(sandbox.auth(&tokens).await.errcode(), 42001);
    let renewed = sandbox.refresh(&tokens).await.json();
    assert_eq!(renewed["refresh_token"], tokens["refresh_token"]);
    assert_eq!(renewed["scope"], "snsapi_userinfo");
    assert!(renewed.get("unionid").is_none());
    assert_eq!(sandbox.userinfo(&renewed).await.errcode(), 0);
    sandbox.advance(30 * 86_400).await;
    assert_eq!(sandbox.refresh(&tokens).await.errcode(), 42002);
}

#[actix_web::test]
async fn a_faulty_refresh_names_the_fault() {
    let sandbox = TestSandbox::new().await;
    let start = "/sns/oauth2/refresh_token?appid=";
    for (rest, errcode) in [
        ("&grant_type=refresh_token&refresh_token=x".to_owned(), 41002),
        (format!("{APP_ID}&grant_type=authorization_code&refresh_token=x"), 40002),
        (format!("{APP_ID}&grant_type=refresh_token"), 41003),
        (format!("{APP_ID}&grant_type=refresh_token&refresh_token=x"), 40030),
    ] {
        assert_eq!(
            sandbox.get(&format!("{start}{rest}")).await.errcode(),
            errcode,
            "{rest}"
        );
    }
}

#[actix_web::test]
async fn a_refresh_token_is_replaced_where_the_setting_says_so() {
    let sandbox = TestSandbox::new().await;
    sandbox
        .control(Method::PATCH, "settings", json!({ "rotate_refresh_tokens": true }))
        .await;
    let tokens = sandbox.tokens(&sandbox.fan("寅").await, "snsapi_userinfo").await;
    let renewed = sandbox.refresh(&tokens).await.json();
    assert_ne!(renewed["refresh_token"], tokens["refresh_token"]);
    assert_eq!(sandbox.refresh(&tokens).await.errcode(), 40030);
    assert_eq!(sandbox.refresh(&renewed).await.errcode(), 0);
}
