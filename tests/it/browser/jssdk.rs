//! The script for pages and the stand-in for WeChat's JS-SDK, in a real browser.

use serde_json::json;

use super::{
    journey::AUTHORIZE,
    phone::{Phone, SAFARI},
};
use crate::support::{TestApp, TestAppBuilder, WECHAT, photos::PhotoApp, serve_at};

const ANDROID: &str = "Mozilla/5.0 (Linux; Android 13; V2049A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 \
                       Chrome/107.0.5304.141 Mobile Safari/537.36 MicroMessenger/8.0.33.2320 NetType/WIFI Language/zh_CN";

impl Phone {
    /// Loads the script into the page.
    async fn has_page_script(&self) {
        let load = "var script = document.createElement('script'); script.src = '/static/fanpass.js'; \
                    document.head.appendChild(script)";
        self.run(load, vec![]).await;
        self.waits_for("return typeof fanpass === 'object'").await;
    }

    /// Opens WeChat's album, as soon as it can be, and taps a button of the stand-in's.
    pub(super) async fn picks(&self, button: &str) {
        self.waits_for("return !document.querySelector('[data-album]').disabled")
            .await;
        self.find("[data-album]").await.click().await.unwrap();
        self.waits_for(&format!("return !!document.querySelector('{button}')"))
            .await;
        self.find(button).await.click().await.unwrap();
    }

    /// Waits for a promise of the page: `done`, or the code of its error.
    async fn settles(&self, promise: &str, outcome: &str) {
        let watch = format!(
            "window.outcome = null; {promise}.then(function () {{ outcome = 'done'; }}, function (error) {{ outcome = error.code; }})"
        );
        self.run(&watch, vec![]).await;
        self.waits_for("return window.outcome !== null").await;
        assert_eq!(self.run("return window.outcome", vec![]).await, outcome, "{promise}");
    }
}

#[actix_web::test]
async fn a_page_is_signed_as_an_iphone_and_as_android_also_after_a_router_changed_its_url() {
    let site = PhotoApp::start_with(|builder| builder.set("jssdk.enabled", "true")).await;
    for (agent, nickname) in [(WECHAT, "果子"), (ANDROID, "机器人")] {
        let Some(phone) = signed_in(&site.app, agent, nickname).await else {
            return;
        };
        phone.open(&site.app.at("/photos?from=singlemessage#top")).await;
        phone.has_page_script().await;
        phone.settles("fanpass.ready({ apis: ['chooseImage'] })", "done").await;
        phone.run("history.pushState({}, '', '/photos?view=2')", vec![]).await;
        let share = "fanpass.share({ title: 'A', desc: 'B', link: '/photos', image: '/a.png' })";
        phone.settles(share, "done").await;
        let card = phone.run("return wx.sandboxShared.friend", vec![]).await;
        assert_eq!(card["link"], site.app.at("/photos"));
        let granted = "return new Promise(function (resolve) { wx.getLocalImgData({ localId: '1', fail: function (answer) { \
                       resolve(answer.errMsg); } }); })";
        let refused = phone.run(granted, vec![]).await;
        assert_eq!(refused, "getLocalImgData:permission denied");
    }
}

#[actix_web::test]
async fn a_page_outside_wechat_is_told_so() {
    let app = TestApp::start().await;
    let Some(phone) = Phone::with_user_agent(SAFARI).await else {
        return;
    };
    phone.open(&app.at("/signed-out")).await;
    phone.has_page_script().await;
    phone.settles("fanpass.ready()", "outside-wechat").await;
}

/// Gives `ready` this many wrong signatures before right ones.
const WRONG_SIGNATURES: &str = "
    var real = window.fetch, wrong = arguments[0];
    window.asked = 0;
    window.fetch = function (url, options) {
        if (url.indexOf('/api/jssdk/config') < 0) { return real(url, options); }
        asked += 1;
        if (asked > wrong) { return real(url, options); }
        return real(url, options).then(function (response) { return response.json(); }).then(function (answer) {
            answer.signature = '0'.repeat(40);
            return new Response(JSON.stringify(answer));
        });
    };";

#[actix_web::test]
async fn a_signature_that_wechat_refuses_is_followed_by_one_fresh_one() {
    let site = PhotoApp::start_with(|builder| builder.set("jssdk.enabled", "true")).await;
    let Some(phone) = signed_in(&site.app, WECHAT, "果子").await else {
        return;
    };
    for (wrong, outcome) in [(1, "done"), (2, "invalid-signature")] {
        phone.open(&site.app.at("/photos")).await;
        phone.run(WRONG_SIGNATURES, vec![json!(wrong)]).await;
        phone.settles("fanpass.ready()", outcome).await;
        assert_eq!(phone.run("return asked", vec![]).await, 2);
    }
    // Nothing is left of the failure.
    phone.settles("fanpass.ready()", "done").await;
}

fn with_shop() -> TestAppBuilder {
    let builder = TestApp::with().set("jssdk.enabled", "true");
    let builder = builder.set("apps.shop.hosts", "shop.example");
    builder.set("apps.shop.jssdk", "true")
}

/// A page of an app that loads the script.
fn shop_page(app: &TestApp) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><title>Shop</title><script src=\"{}\"></script>",
        app.at("/static/fanpass.js")
    )
}

/// No file of the platform: it is ready at once.
const READY_AT_ONCE: &str = "window.jWeixin = { config: function () {}, error: function () {}, \
                             ready: function (callback) { callback(); } };";

#[actix_web::test]
async fn the_platform_s_file_comes_from_its_second_host_if_the_first_fails() {
    let app = with_shop()
        .set("wechat.open_url", "https://open.weixin.qq.com")
        .start()
        .await;
    let shop = ("shop.example", serve_at("shop.example", "text/html", &shop_page(&app)));
    let file = serve_at("res2.wx.qq.com", "text/javascript", READY_AT_ONCE);
    // Takes connections and answers none.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent.local_addr().map(|address| address.port()).unwrap();
    // Nothing listens at port 9.
    for (first, second, outcome) in [(9, file, "done"), (silent, file, "done"), (9, 9, "sdk-unavailable")] {
        let hosts = [shop, ("res.wx.qq.com", first), ("res2.wx.qq.com", second)];
        let Some(phone) = Phone::wechat_with_hosts(&hosts).await else {
            return;
        };
        phone.open("https://shop.example/").await;
        phone.settles("fanpass.ready()", outcome).await;
    }
}

/// Pages of an app and of somebody else load the script from here. The stand-in checks the URL under which it is shown.
#[actix_web::test]
async fn the_page_of_an_app_is_signed_and_somebody_else_s_is_not() {
    let app = with_shop().start().await;
    let hosts = ["shop.example", "evil.example"].map(|host| (host, serve_at(host, "text/html", &shop_page(&app))));
    let settings = json!({ "callback_hosts": ["shop.example", "evil.example"] });
    app.platform.control("PATCH", "settings", settings).await;
    let Some(phone) = Phone::wechat_with_hosts(&hosts).await else {
        return;
    };
    // Its answer cannot even be read there.
    phone.open("https://evil.example/").await;
    phone.settles("fanpass.ready()", "network").await;
    assert_eq!(app.platform.calls("ticket").await, 0);

    phone.open("https://shop.example/cards?from=singlemessage#top").await;
    let share = "fanpass.share({ desc: 'This week', link: '/', image: 'card.png' })";
    phone.settles(share, "done").await;
    let card = phone.run("return wx.sandboxShared.timeline", vec![]).await;
    assert_eq!(
        (&card["title"], &card["link"]),
        (&json!("Shop"), &json!("https://shop.example/"))
    );
    assert_eq!(card["imgUrl"], "https://shop.example/card.png");
    // Photos are of the site that a fan is signed in to.
    phone.settles("fanpass.pickPhotos()", "other-site").await;
}

#[actix_web::test]
async fn a_fan_picks_photos_in_wechat() {
    let site = PhotoApp::start_with(|builder| builder.set("jssdk.enabled", "true")).await;
    for (agent, nickname, lang) in [(WECHAT, "小鹿🦌", "zh"), (ANDROID, "机器人", "en")] {
        let Some(phone) = signed_in(&site.app, agent, nickname).await else {
            return;
        };
        phone.open(&site.app.at(&format!("/photos?lang={lang}"))).await;
        phone.looks_good(&format!("jssdk-photos-{lang}")).await;
        let before = site.files().len();
        for (button, photos) in [("#sandbox-cancel", 0), ("#sandbox-picture", 1), ("#sandbox-picture", 2)] {
            phone.picks(button).await;
            phone.has_photos(photos).await;
        }
        phone
            .waits_for("return !document.querySelector('[data-album]').disabled")
            .await;
        assert_eq!(site.files().len(), before + 4, "two sizes of each");
        phone.console_is_silent(lang).await;
        phone.looks_good_in_every_light(&format!("jssdk-picked-{lang}")).await;
    }
}

/// The first upload is told to come back in a second.
const BUSY_ONCE: &str = "
    var real = window.fetch;
    window.uploads = 0;
    window.fetch = function (url, options) {
        if (url !== '/api/photos') { return real(url, options); }
        uploads += 1;
        if (uploads > 1) { return real(url, options); }
        return Promise.resolve(new Response('{}', { status: 503, headers: { 'Retry-After': '1' } }));
    };";

#[actix_web::test]
async fn a_busy_server_gets_what_was_picked_again_and_a_failure_is_said_in_words() {
    let site = PhotoApp::start_with(|builder| builder.set("jssdk.enabled", "true")).await;
    let Some(phone) = signed_in(&site.app, WECHAT, "果子").await else {
        return;
    };
    phone.open(&site.app.at("/photos")).await;
    phone.run(BUSY_ONCE, vec![]).await;
    phone.picks("#sandbox-picture").await;
    phone.has_photos(1).await;
    assert_eq!(phone.run("return uploads", vec![]).await, 2);

    // The account loses its right.
    let missing = json!({ "missing_rights": ["js_sdk"] });
    site.app.platform.control("PATCH", "settings", missing).await;
    phone.open(&site.app.at("/photos")).await;
    phone.find("[data-album]").await.click().await.unwrap();
    phone
        .waits_for("return !!document.querySelector('.upload_refused')")
        .await;
    let said = phone.text().await;
    assert!(said.contains("公众号没有该接口的权限"), "{said}");
    phone.looks_good_in_every_light("jssdk-refused").await;
}

/// A browser of this kind in which a new fan is signed in.
async fn signed_in(app: &TestApp, agent: &str, nickname: &str) -> Option<Phone> {
    let phone = Phone::with_user_agent(agent).await?;
    app.platform.fan(nickname).await;
    phone.open(&app.at("/")).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap(nickname).await;
    phone.registers().await;
    Some(phone)
}
