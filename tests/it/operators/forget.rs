use fanpass::{
    cache::{Cache, RedisPool},
    settings::{Settings, Source},
};

use crate::support::{Row, TestApp, eventually};

async fn with_a_fan() -> (TestApp, String, Row) {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    app.registered(&openid).await;
    let row = app.row(&openid).await;
    (app, openid, row)
}

/// Whether the shared cache holds a token of the fan; none without such a cache.
async fn has_token(app: &TestApp, row: &Row) -> Option<bool> {
    app.backends.redis_url.as_ref()?;
    let mut source = Source::new(std::env::temp_dir().join("fanpass-it-empty"));
    source.env = app.variables();
    let settings = Settings::load(&source).unwrap_or_else(|error| panic!("{error}"));
    let url = settings.secrets.redis_url.as_ref().unwrap();
    let pool = RedisPool::open(url, &settings.cache).unwrap();
    let cache = Cache::Redis(pool.of_account(&settings.account().account.app_id));
    let stored = cache.get(&format!("web_token:{}", row.id)).await.unwrap();
    Some(stored.is_some_and(|stored| stored != b"erased"))
}

#[actix_web::test]
async fn to_forget_a_fan_removes_row_token_and_sessions_and_says_so() {
    let (app, openid, row) = with_a_fan().await;
    let other = app.platform.fan("小雪").await;
    let neighbour = app.registered(&other).await;
    let browser = app.registered(&openid).await;
    assert_ne!(has_token(&app, &row).await, Some(false));
    let output = app.fans(&["forget", &openid, "--yes", "--json"]).await;
    let token = if app.backends.redis_url.is_some() {
        "removed"
    } else {
        "left_to_process"
    };
    let report = output.json().remove(0);
    let receipt = report["receipt"].as_str().unwrap();
    assert_eq!(receipt.len(), 36);
    let expected = serde_json::json!({
        "fan": row.id, "row": "removed", "sessions": "ended", "token": token, "receipt": receipt
    });
    assert_eq!(report, expected);
    assert_ne!(has_token(&app, &row).await, Some(true));
    assert_eq!(app.rows(Some(&openid)).await, 0);
    assert_eq!(browser.open(&app.at("/")).await.path(), "/welcome");
    assert_eq!(neighbour.get(&app.at("/")).await.status, 200);
    app.register(&browser, &openid, "/").await;
    assert_ne!(app.row(&openid).await.id, row.id, "who registers again is a new fan");
    assert_eq!(browser.get(&app.at("/")).await.status, 200);
}

#[actix_web::test]
async fn a_session_of_a_forgotten_fan_is_refused_also_where_no_row_is_looked_up() {
    let (app, openid, _) = with_a_fan().await;
    let browser = app.registered(&openid).await;
    app.fans(&["forget", &openid, "--yes"]).await;
    eventually("the session ends", async || {
        browser.get(&app.at("/login?next=/here")).await.location() != "/here"
    })
    .await;
}

#[actix_web::test]
async fn nothing_is_forgotten_without_a_yes() {
    let (app, openid, row) = with_a_fan().await;
    for typed in ["", "\n", "y\n", "no\n", "yes please\n"] {
        let output = app.fans_with(&["forget", &openid], &[], typed).await;
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{typed:?}");
        assert!(
            output.stderr.contains("小雨") && output.stderr.contains("nothing was changed"),
            "{output:?}"
        );
    }
    let output = app.fans_with(&["sign-out", "--all"], &[], "no\n").await;
    assert_eq!(output.code, 1);
    assert_eq!(app.row(&openid).await.id, row.id);
    assert_ne!(has_token(&app, &row).await, Some(false));
    let output = app.fans_with(&["forget", &openid], &[], "yes\n").await;
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(app.rows(Some(&openid)).await, 0);
}

#[actix_web::test]
async fn to_forget_twice_does_no_harm() {
    let (app, openid, row) = with_a_fan().await;
    app.fans(&["forget", &openid, "--yes"]).await;
    let again = app.fans(&["forget", &row.id, "--json"]).await;
    assert_eq!(again.json()[0]["row"], "none");
    assert_eq!(app.fans_with(&["forget", &openid], &[], "").await.code, 3);
}

#[actix_web::test]
async fn a_cache_that_is_away_is_named_and_the_rest_is_done() {
    let (app, openid, row) = with_a_fan().await;
    let away = [("REDIS_URL", "redis://127.0.0.1:1/")];
    let output = app.fans_with(&["forget", &openid, "--yes"], &away, "").await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(
        output.stdout.contains("NOT removed") && output.stdout.contains(&row.id),
        "{output:?}"
    );
    assert_eq!(app.rows(Some(&openid)).await, 0);
    let output = app.fans_with(&["forget", &row.id, "--json"], &away, "").await;
    assert_eq!((output.code, output.json()[0]["token"].as_str()), (1, Some("failed")));
    // The running process still reaches its cache: it removes the token by itself.
    eventually("the token is removed", async || {
        has_token(&app, &row).await != Some(true)
    })
    .await;
}

#[actix_web::test]
async fn what_an_operator_does_is_audited_without_a_name_or_an_openid() {
    let (app, openid, row) = with_a_fan().await;
    let json = [("FANPASS__LOG__FORMAT", "json")];
    let mut events = Vec::new();
    for arguments in [
        &["sign-out", openid.as_str()][..],
        &["sign-out", "--all", "--yes"],
        &["forget", &openid, "--yes"],
    ] {
        let output = app.fans_with(arguments, &json, "").await;
        assert_eq!(output.code, 0, "{output:?}");
        assert!(
            !output.stderr.contains(&openid) && !output.stderr.contains("小雨"),
            "{}",
            output.stderr
        );
        let line: serde_json::Value = serde_json::from_str(output.stderr.trim()).unwrap();
        assert_eq!(line["target"], "audit");
        events.push((
            line["audit.event"].as_str().unwrap().to_owned(),
            line["fan.id"].as_str().map(str::to_owned),
        ));
    }
    let expected = [
        ("sign_out", Some(row.id.clone())),
        ("sign_out_all", None),
        ("forget", Some(row.id)),
    ];
    assert_eq!(events, expected.map(|(event, fan)| (event.to_owned(), fan)));
}
