//! `login.enabled = false`: an account without web authorization serves everything else.

use crate::support::{APP_ID, APP_SECRET, Browser, Platform, TestApp, WECHAT, process::run};

const LOGIN_ROUTES: [&str; 6] = [
    "/login",
    "/register",
    "/welcome",
    "/wechat/callback",
    "/logout",
    "/signed-out",
];

#[actix_web::test]
async fn without_logins_the_index_is_a_plain_page_and_the_login_routes_do_not_exist() {
    let app = TestApp::with().set("login.enabled", "false").start().await;
    for agent in [WECHAT, "Mozilla/5.0 Chrome/107.0"] {
        let browser = Browser::new(agent);
        let index = browser.get(&app.at("/")).await;
        assert_eq!(index.status, 200);
        assert!(index.text().contains("示例公众号") && index.header("set-cookie").is_none());
        for route in LOGIN_ROUTES {
            assert!(
                !index.text().contains(&format!("\"{route}")),
                "the index links to {route}"
            );
            let page = browser.get(&app.at(route)).await;
            assert_eq!(page.status, 404, "{route}");
            assert!(
                page.text().contains("页面不存在") && page.header("set-cookie").is_none(),
                "{route}"
            );
        }
    }
    let posted = app.browser().post(&app.at("/logout"), &[]).await;
    assert_eq!(posted.status, 404);
    assert_eq!(app.ops("/readyz").await.status, 200);
    assert_eq!(app.platform.calls("access_token").await, 0);
}

/// A code made up by a visitor reaches no exchange.
#[actix_web::test]
async fn without_logins_a_callback_spends_nothing() {
    let app = TestApp::with().set("login.enabled", "false").start().await;
    let browser = app.browser();
    assert_eq!(
        browser.get(&app.at("/wechat/callback?code=x&state=y")).await.status,
        404
    );
    assert_eq!(
        browser.get(&app.at("/wechat/%63allback?code=x&state=y")).await.status,
        404
    );
    assert_eq!(app.platform.calls("access_token").await, 0);
}

#[actix_web::test]
async fn without_logins_check_online_exchanges_no_code() {
    let platform = Platform::start();
    let url = platform.url.clone();
    let check = |enabled: &'static str| {
        let url = url.clone();
        actix_web::web::block(move || {
            let variables = [
                ("FANPASS_ENV", "test"),
                ("FANPASS__LOGIN__ENABLED", enabled),
                ("FANPASS__WECHAT__API_URL", &url),
                ("WECHAT_APP_ID", APP_ID),
                ("WECHAT_APP_SECRET", APP_SECRET),
                ("DATABASE_URL", "sqlite://fans.db"),
            ];
            run(&["check", "--online"], &variables).1
        })
    };
    let text = check("false").await.unwrap();
    assert!(text.contains("this host may call the server API"), "{text}");
    assert_eq!(platform.calls("access_token").await, 0, "{text}");
    let text = check("true").await.unwrap();
    assert_eq!(platform.calls("access_token").await, 1, "{text}");
}
