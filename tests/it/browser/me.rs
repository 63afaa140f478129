//! A fan's own page, and how all of it is deleted.

use super::{
    journey::{AUTHORIZE, phone_on},
    phone::Phone,
};
use crate::support::{
    TestApp,
    photos::{PhotoApp, png},
};

/// A fan's phone on the page of what is kept.
async fn at_me(app: &TestApp) -> Option<Phone> {
    let phone = phone_on(app, "小鹿🦌").await?;
    phone.registers().await;
    phone.tap("我的数据").await;
    phone.arrives("/me").await;
    Some(phone)
}

#[actix_web::test]
async fn a_fan_sees_what_is_kept_deletes_it_and_checks_the_receipt() {
    let site = PhotoApp::start().await;
    let app = &site.app;
    let Some(phone) = at_me(app).await else { return };
    assert_eq!(phone.heading().await, "我的数据");
    phone.looks_good("me").await;
    phone.open(&app.at("/me?lang=en")).await;
    phone.looks_good("me-en").await;
    phone.tap("Delete my data").await;
    phone.arrives("/me/delete").await;
    phone.looks_good("me-delete-en").await;
    phone.tap("Keep it").await;
    phone.arrives("/me").await;
    phone.open(&app.at("/me?lang=zh")).await;
    phone.tap("删除我的数据").await;
    phone.arrives("/me/delete").await;
    phone.looks_good("me-delete").await;
    phone.tap("全部删除").await;
    phone.arrives("/receipt").await;
    phone
        .waits_for(
            "if (document.querySelector('h1').innerText === '您的数据已删除') return true; location.reload(); return false",
        )
        .await;
    phone.looks_good("receipt").await;
    let receipt = phone.url().await.to_string();
    phone.open(&format!("{receipt}&lang=en")).await;
    phone.looks_good("receipt-en").await;
    phone.open(&app.at("/receipt?lang=en")).await;
    phone.looks_good("receipt-asked-for-en").await;
    phone.open(&app.at("/receipt?receipt=1&lang=zh")).await;
    phone.looks_good("receipt-unknown").await;
    phone.open(&app.at("/")).await;
    phone.arrives("/welcome").await;
}

/// Chromium follows a form only through the hosts that the page's policy names, redirects included.
#[actix_web::test]
async fn the_forms_of_the_page_lead_through_the_platform_and_back() {
    let app = TestApp::start().await;
    let Some(phone) = at_me(&app).await else { return };
    phone.tap("重新获取昵称和头像").await;
    phone.arrives(AUTHORIZE).await;
    phone.tap("同意").await;
    phone.arrives("/me").await;
    app.clock.advance(601);
    phone.tap("删除我的数据").await;
    phone.arrives("/me").await;
    phone.tap("删除我的数据").await;
    phone.arrives("/me/delete").await;
    phone.console_is_silent("forms").await;
    phone.back().await;
    phone.tap("退出所有设备").await;
    phone.arrives("/signed-out").await;
}

#[actix_web::test]
async fn the_page_is_good_on_a_wide_screen_and_the_receipt_s_file_can_be_sent() {
    let site = PhotoApp::start().await;
    let app = &site.app;
    let Some(phone) = at_me(app).await else { return };
    phone.has_window(1440, 900).await;
    phone.open(&app.at("/me")).await;
    phone.looks_good("me-wide").await;
    phone.open(&app.at("/")).await;
    phone.looks_good("index-wide").await;
    phone.open(&app.at("/receipt")).await;
    phone.looks_good("receipt-wide").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("receipt.txt");
    std::fs::write(&file, png(8, 8, [1, 2, 3])).unwrap();
    let field = phone.find("input[type=file]").await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    phone.tap("提交文件").await;
    phone.waits_for("return location.search !== ''").await;
    assert!(phone.text().await.contains("这不是我们的回执"));
}
