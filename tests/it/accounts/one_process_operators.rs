//! What an operator does to the fans of one account of a process leaves the other's alone.

use serde_json::json;

use super::one_process::{FAN, is_signed_in, silent_login, two_accounts};
use crate::support::{TestApp, eventually};

/// Signs out another fan of this account and waits until that counts. By then the account has read all revocations that were
/// written before, were they its own or not.
async fn revocations_are_read(app: &TestApp) {
    let bystander = app.platform.fan("旁人").await;
    let browser = app.registered(&bystander).await;
    app.fans(&["sign-out", &bystander, "--yes"]).await;
    eventually("the bystander's session ends", async || {
        !is_signed_in(app, &browser).await
    })
    .await;
}

#[actix_web::test]
async fn to_sign_out_every_fan_of_one_account_leaves_the_others_sessions() {
    let [a, b] = two_accounts(&[]).await;
    let (at_a, at_b) = (a.registered(FAN).await, b.registered(FAN).await);
    a.fans(&["sign-out", "--all", "--yes"]).await;
    eventually("the session ends", async || !is_signed_in(&a, &at_a).await).await;
    revocations_are_read(&b).await;
    assert!(is_signed_in(&b, &at_b).await);

    let again_at_a = silent_login(&a).await;
    b.fans(&["sign-out", FAN, "--yes"]).await;
    eventually("the session ends", async || !is_signed_in(&b, &at_b).await).await;
    revocations_are_read(&a).await;
    assert!(is_signed_in(&a, &again_at_a).await);
}

#[actix_web::test]
async fn to_forget_a_fan_of_one_account_leaves_row_token_and_session_at_the_other() {
    let [a, b] = two_accounts(&[("fans.refresh_after_days", "0")]).await;
    let (at_a, at_b) = (a.registered(FAN).await, b.registered(FAN).await);
    let shown = a.fans(&["list", "--json"]).await.json();
    assert_eq!(shown.len(), 1, "{shown:?}");
    a.fans(&["forget", FAN, "--yes"]).await;
    eventually("the session ends", async || !is_signed_in(&a, &at_a).await).await;
    revocations_are_read(&b).await;
    assert_eq!((a.rows(Some(FAN)).await, b.rows(Some(FAN)).await), (0, 1));
    assert!(is_signed_in(&b, &at_b).await);

    let browser = a.browser();
    let callback = a.silent_callback(&browser, FAN, "/here").await;
    assert_eq!(browser.open(&callback).await.path(), "/welcome");
    let rename = json!({ "nickname": "乙号的新名" });
    b.platform.control("PATCH", &format!("fans/{FAN}"), rename).await;
    silent_login(&b).await;
    let refreshed = async || b.row(FAN).await.nickname == "乙号的新名";
    eventually("a refresh with the token that is still there", refreshed).await;
}
