//! `next` leads nowhere but to a path of this site.

use crate::support::{TestApp, encoded, parameter};

#[actix_web::test]
async fn a_fan_lands_where_they_wanted_to_go_also_after_a_registration() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app
        .silent_callback(&browser, &fan, &encoded("/活动?id=1&b=2#top"))
        .await;
    let welcome = browser.get(&callback).await;
    let next = parameter(&app.at(welcome.location()), "next").unwrap();
    let callback = app.consent(&browser, &fan, &encoded(&next), "agree").await;
    assert_eq!(
        browser.get(&callback).await.location(),
        "/%E6%B4%BB%E5%8A%A8?id=1&b=2#top"
    );
}

#[actix_web::test]
async fn whatever_is_doubtful_becomes_the_index_page() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    let long = format!("/{}", "a".repeat(256));
    let doubtful = [
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/.//evil.example",
        "/a/..//evil.example",
        "/%2f%2fevil.example",
        "/login",
        "/logout",
        "/register?next=/",
        "/wechat/callback",
        "/%6cogin",
        "@evil.example",
        &long,
    ];
    for next in doubtful {
        let response = browser.get(&app.at(&format!("/login?next={}", encoded(next)))).await;
        assert_eq!((response.status, response.location()), (303, "/"), "{next:?}");
    }
    for query in ["next=%2Fa&next=%2F%2Fevil.example", "next=%ff%fe/", "next", "x=%2Fa"] {
        let response = browser.get(&app.at(&format!("/login?{query}"))).await;
        assert_eq!((response.status, response.location()), (303, "/"), "{query:?}");
    }
    let twice = encoded(&encoded("/a"));
    assert_eq!(
        browser.get(&app.at(&format!("/login?next={twice}"))).await.location(),
        "/",
        "decoded once only"
    );
}
