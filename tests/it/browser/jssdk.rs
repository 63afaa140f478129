//! The script for pages and the stand-in for WeChat's JS-SDK, in a real browser.

use super::{
    journey::AUTHORIZE,
    phone::{Phone, SAFARI},
};
use crate::support::{TestApp, WECHAT, photos::PhotoApp};

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
