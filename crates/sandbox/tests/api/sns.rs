//! `sns/*`: fields, form and errors.

use actix_web::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{APP_ID, APP_SECRET, Stage, answer, exchange_path, text, token_path};

#[actix_web::test]
async fn an_exchange_answers_the_documented_fields_as_text() {
    let stage = Stage::new().await;
    let fan = stage.fan("丙").await;
    let code = stage.code(&fan, "snsapi_base").await;
    let answer = stage.exchange(&code).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (StatusCode::OK, Some("text/plain"))
    );
    let tokens = answer.json();
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
    let stage = Stage::new().await;
    let fan = stage.fan("丁").await;
    assert_eq!(stage.tokens(&fan, "snsapi_userinfo").await["unionid"], fan["unionid"]);
    assert!(stage.tokens(&fan, "snsapi_base").await.get("unionid").is_none());
}

#[actix_web::test]
async fn a_code_is_spent_once_also_by_eight_at_once() {
    let stage = Stage::new().await;
    let code = stage.code(&stage.fan("戊").await, "snsapi_base").await;
    let answers = futures_util::future::join_all((0..8).map(|_| stage.exchange(&code))).await;
    let mut errcodes: Vec<_> = answers.iter().map(|answer| answer.errcode()).collect();
    errcodes.sort_unstable();
    assert_eq!(errcodes, [0, 40163, 40163, 40163, 40163, 40163, 40163, 40163]);
    let report = stage.get(&format!("/sandbox/requests?code={code}")).await.json();
    assert_eq!(report["exchanges"][&code], 8);
    assert_eq!(report["answers"]["access_token"], json!({ "0": 1, "40163": 7 }));
}

#[actix_web::test]
async fn an_error_carries_its_text_and_a_request_id() {
    let stage = Stage::new().await;
    let refused = stage.exchange("made-up").await;
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
    let stage = Stage::new().await;
    let code = stage.code(&stage.fan("己").await, "snsapi_base").await;
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
        assert_eq!(stage.get(&path).await.errcode(), errcode, "{path}");
    }
    let posted = answer(stage.request(Method::POST, &good).send().await.unwrap()).await;
    assert_eq!(posted.errcode(), 43001);
    assert_eq!(stage.get(&good).await.errcode(), 0);
}

#[actix_web::test]
async fn a_code_dies_after_five_minutes() {
    let stage = Stage::new().await;
    let fan = stage.fan("庚").await;
    let (young, old) = (
        stage.code(&fan, "snsapi_base").await,
        stage.code(&fan, "snsapi_base").await,
    );
    stage.advance(290).await;
    assert_eq!(stage.exchange(&young).await.errcode(), 0);
    stage.advance(10).await;
    assert_eq!(stage.exchange(&old).await.errcode(), 42003);
    assert_eq!(stage.exchange(&young).await.errcode(), 40163);
    stage.advance(3600).await;
    assert_eq!(stage.exchange(&old).await.errcode(), 40029);
}

#[actix_web::test]
async fn a_profile_has_the_platforms_shape() {
    let stage = Stage::new().await;
    let fan = stage.fan("辛🍊<b>").await;
    let tokens = stage.tokens(&fan, "snsapi_userinfo").await;
    let answer = stage
        .get(&format!("{}&lang=zh_CN", token_path("/sns/userinfo", &tokens)))
        .await;
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert!(
        answer.text().contains(r#""headimgurl":"http:\/\/127.0.0.1:"#),
        "{}",
        answer.text()
    );
    assert!(answer.text().contains(r#"\/mmopen\/vi_32\/"#));
    assert!(answer.text().contains("辛🍊<b>"), "nicknames are raw UTF-8");
    let blank = json!({ "sex": 0, "language": "", "city": "", "province": "", "country": "", "privilege": [] });
    let mut expected = blank.as_object().unwrap().clone();
    for key in ["openid", "nickname", "headimgurl", "unionid"] {
        expected.insert(key.into(), fan[key].clone());
    }
    assert_eq!(answer.json().as_object().unwrap(), &expected);
}

#[actix_web::test]
async fn a_base_token_gets_no_profile_but_is_valid() {
    let stage = Stage::new().await;
    let tokens = stage.tokens(&stage.fan("壬").await, "snsapi_base").await;
    assert_eq!(stage.userinfo(&tokens).await.errcode(), 48001);
    assert_eq!(
        stage.auth(&tokens).await.json(),
        json!({ "errcode": 0, "errmsg": "ok" })
    );
}

#[actix_web::test]
async fn a_token_is_good_for_its_own_openid_only() {
    let stage = Stage::new().await;
    let mut tokens = stage.tokens(&stage.fan("癸").await, "snsapi_userinfo").await;
    tokens["openid"] = stage.fan("子").await["openid"].clone();
    assert_eq!(stage.userinfo(&tokens).await.errcode(), 40003);
    assert_eq!(stage.auth(&tokens).await.errcode(), 40003);
    tokens["access_token"] = "made-up".into();
    assert_eq!(stage.userinfo(&tokens).await.errcode(), 40001);
    assert_eq!(stage.auth(&tokens).await.errcode(), 40001);
    assert_eq!(stage.get("/sns/userinfo?openid=o").await.errcode(), 41001);
}

#[actix_web::test]
async fn an_access_token_lives_two_hours_and_a_refresh_token_thirty_days() {
    let stage = Stage::new().await;
    let tokens = stage.tokens(&stage.fan("丑").await, "snsapi_userinfo").await;
    stage.advance(7190).await;
    assert_eq!(stage.userinfo(&tokens).await.errcode(), 0);
    stage.advance(10).await;
    assert_eq!(stage.userinfo(&tokens).await.errcode(), 42001);
    assert_eq!(stage.auth(&tokens).await.errcode(), 42001);
    let renewed = stage.refresh(&tokens).await.json();
    assert_eq!(renewed["refresh_token"], tokens["refresh_token"]);
    assert_eq!(renewed["scope"], "snsapi_userinfo");
    assert!(renewed.get("unionid").is_none());
    assert_eq!(stage.userinfo(&renewed).await.errcode(), 0);
    stage.advance(30 * 86_400).await;
    assert_eq!(stage.refresh(&tokens).await.errcode(), 42002);
}

#[actix_web::test]
async fn a_faulty_refresh_names_the_fault() {
    let stage = Stage::new().await;
    let start = "/sns/oauth2/refresh_token?appid=";
    for (rest, errcode) in [
        ("&grant_type=refresh_token&refresh_token=x".to_owned(), 41002),
        (format!("{APP_ID}&grant_type=authorization_code&refresh_token=x"), 40002),
        (format!("{APP_ID}&grant_type=refresh_token"), 41003),
        (format!("{APP_ID}&grant_type=refresh_token&refresh_token=x"), 40030),
    ] {
        assert_eq!(stage.get(&format!("{start}{rest}")).await.errcode(), errcode, "{rest}");
    }
}

#[actix_web::test]
async fn a_refresh_token_is_replaced_where_the_setting_says_so() {
    let stage = Stage::new().await;
    stage
        .control(Method::PATCH, "settings", json!({ "rotate_refresh_tokens": true }))
        .await;
    let tokens = stage.tokens(&stage.fan("寅").await, "snsapi_userinfo").await;
    let renewed = stage.refresh(&tokens).await.json();
    assert_ne!(renewed["refresh_token"], tokens["refresh_token"]);
    assert_eq!(stage.refresh(&tokens).await.errcode(), 40030);
    assert_eq!(stage.refresh(&renewed).await.errcode(), 0);
}
