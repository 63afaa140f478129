//! The main job, as a fan sees it.

use super::phone::Phone;
use crate::support::{TestApp, eventually};

/// The page that stands for WeChat's own.
pub const AUTHORIZE: &str = "/connect/oauth2/authorize";

/// WeChat on the phone of this fan, who has just tapped the menu link. None: there is no driver, and the test is skipped.
pub async fn phone_on(app: &TestApp, nickname: &str) -> Option<Phone> {
    let phone = Phone::wechat().await?;
    phone.open(&app.at("/")).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap(nickname).await;
    Some(phone)
}

impl Phone {
    /// From the prompt to the consent page.
    pub async fn asks_for_consent(&self) {
        self.arrives("/welcome").await;
        self.tap("微信授权并注册").await;
        self.arrives(AUTHORIZE).await;
    }

    /// From the prompt through the consent page.
    pub async fn registers(&self) {
        self.asks_for_consent().await;
        self.tap("同意").await;
        self.arrives("/").await;
    }
}

#[actix_web::test]
async fn a_fan_registers_logs_out_and_comes_back_silently() {
    let app = TestApp::start().await;
    let Some(phone) = Phone::wechat().await else { return };
    phone.open(&app.at("/")).await;
    phone.arrives(AUTHORIZE).await;
    phone.looks_good("chooser").await;
    phone.tap("小鹿🦌").await;

    phone.arrives("/welcome").await;
    assert_eq!(phone.title().await, "注册 - 示例公众号");
    assert_eq!(
        phone.find("p a").await.attr("href").await.unwrap().unwrap(),
        "https://fans.example/privacy"
    );
    phone.looks_good("prompt").await;
    phone.tap("微信授权并注册").await;

    phone.arrives(AUTHORIZE).await;
    phone.looks_good("consent").await;
    phone.tap("同意").await;

    phone.arrives("/").await;
    assert_eq!(
        phone.url().await.as_str(),
        app.at("/"),
        "nothing of the login stays in the URL"
    );
    assert_eq!(
        (phone.title().await, phone.heading().await),
        ("示例公众号".to_owned(), "小鹿🦌".to_owned())
    );
    shows_the_avatar(&app, &phone).await;
    phone.looks_good("index").await;
    phone.tap("退出登录").await;

    stays_signed_out(&app, &phone).await;
    phone.looks_good("signed-out").await;
    phone.tap("重新登录").await;
    phone.arrives("/").await;
    assert_eq!(phone.heading().await, "小鹿🦌");
    assert_eq!(app.rows(None).await, 1);
}

/// The copy is made by a job after the registration; until then there is a drawing in its place. A picture that our own policy
/// refused would never be there.
async fn shows_the_avatar(app: &TestApp, phone: &Phone) {
    let loaded = "const image = document.querySelector('.avatar img'); return !!image && image.complete && \
                  image.naturalWidth === 640";
    eventually("the avatar is copied and shown", async || {
        phone.open(&app.at("/")).await;
        phone.arrives("/").await;
        phone.run(loaded, vec![]).await == serde_json::Value::Bool(true)
    })
    .await;
}

/// What would begin a login by itself is a script, a refresh or a frame: each of them has run
/// when the page is loaded and the browser has nothing left to do.
async fn stays_signed_out(app: &TestApp, phone: &Phone) {
    phone.arrives("/signed-out").await;
    let before = app.platform.calls("authorize").await;
    phone
        .run("requestIdleCallback(() => { window.isIdle = true })", vec![])
        .await;
    phone.waits_for("return window.isIdle === true").await;
    phone
        .waits_for("return !document.querySelector('meta[http-equiv=refresh], iframe')")
        .await;
    assert_eq!(phone.url().await.path(), "/signed-out");
    assert_eq!(app.platform.calls("authorize").await, before);
}
