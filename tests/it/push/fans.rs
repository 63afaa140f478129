//! What events change at fans.

use fanpass::domain::PushValue;
use serde_json::{Value, json};

use super::{plain, safe, with_rules};
use crate::{
    erasure::traces_of,
    support::{TestApp, eventually},
};

async fn registered(app: &TestApp, nickname: &str) -> (String, crate::support::Browser) {
    let fan = app.platform.fan(nickname).await;
    let browser = app.registered(&fan).await;
    (fan, browser)
}

/// Whether the fan follows, since when, and how they came, as `fans show` has it.
async fn follow(app: &TestApp, fan: &str) -> [Value; 3] {
    let shown = app.fans(&["show", fan, "--json"]).await.json().remove(0);
    ["subscribed", "subscribed_at", "subscribe_scene"].map(|name| shown[name].clone())
}

#[actix_web::test]
async fn following_and_unfollowing_is_kept_of_fans_and_counted_of_others() {
    let app = plain().start().await;
    let (fan, _) = registered(&app, "小明").await;
    let push = app.push_event(&fan, "subscribe", &[("EventKey", "qrscene_shop")]);
    assert!(push.send().await.is_success());
    let [subscribed, since, scene] = follow(&app, &fan).await;
    assert_eq!((subscribed, scene), (json!(true), json!("qrscene_shop")));
    assert!(since.is_string());

    app.clock.advance(5);
    assert!(app.push_event(&fan, "unsubscribe", &[]).send().await.is_success());
    assert_eq!(follow(&app, &fan).await[0], json!(false));
    app.clock.advance(5);
    assert!(
        app.push_event(&fan, "SCAN", &[("EventKey", "shop")])
            .send()
            .await
            .is_success()
    );
    assert_eq!(follow(&app, &fan).await[0], json!(true));

    let rows = app.rows(None).await;
    assert!(
        app.push_event("oOnlyFollows", "subscribe", &[])
            .send()
            .await
            .is_success()
    );
    assert_eq!(app.rows(None).await, rows);
}

#[actix_web::test]
async fn an_event_that_comes_late_changes_nothing_newer() {
    let app = plain().start().await;
    let (fan, _) = registered(&app, "小明").await;
    let late = app.push_event(&fan, "unsubscribe", &[]);
    app.clock.advance(10);
    assert!(app.push_event(&fan, "subscribe", &[]).send().await.is_success());
    assert!(late.send().await.is_success());
    assert_eq!(follow(&app, &fan).await[0], json!(true));
}

#[actix_web::test]
async fn a_closed_account_is_forgotten_and_no_session_of_it_lives() {
    let app = plain().start().await;
    let (fan, browser) = registered(&app, "小明").await;
    assert_eq!(app.rows(Some(&fan)).await, 1);
    let push = app.push_change("user_authorization_cancellation", &fan, "");
    assert!(push.send().await.is_success());
    assert_eq!(app.rows(Some(&fan)).await, 0);
    eventually("the session ends", async || {
        browser.get(&app.at("/")).await.status == 303
    })
    .await;
    assert!(push.send().await.is_success(), "again");
}

#[actix_web::test]
async fn a_withdrawn_nickname_is_emptied_and_only_a_new_consent_brings_it_back() {
    let app = plain().start().await;
    let (fan, browser) = registered(&app, "小明").await;
    assert!(
        app.push_change("user_authorization_revoke", &fan, "201;205")
            .send()
            .await
            .is_success()
    );
    let row = app.row(&fan).await;
    assert_eq!((row.nickname.as_str(), row.avatar_url.as_str()), ("", ""));
    eventually("the session ends", async || {
        browser.get(&app.at("/")).await.status == 303
    })
    .await;
    app.clock.advance(60);
    let other = app.browser();
    let callback = app.silent_callback(&other, &fan, "/").await;
    assert_eq!(other.get(&callback).await.status, 303);
    assert_eq!(app.row(&fan).await.nickname, "");
    app.register(&app.browser(), &fan, "/").await;
    assert_eq!(app.row(&fan).await.nickname, "小明");
}

#[actix_web::test]
async fn a_cleaned_profile_is_emptied_and_fetched_at_the_next_login() {
    let app = plain().start().await;
    let (fan, _) = registered(&app, "小明").await;
    assert!(
        app.push_change("user_info_modified", &fan, "")
            .send()
            .await
            .is_success()
    );
    assert_eq!(app.row(&fan).await.nickname, "");
    app.clock.advance(60);
    let other = app.browser();
    let callback = app.silent_callback(&other, &fan, "/").await;
    assert_eq!(other.get(&callback).await.status, 303);
    eventually("the profile is fetched", async || {
        app.row(&fan).await.nickname == "小明"
    })
    .await;
}

#[actix_web::test]
async fn events_that_name_nobody_or_others_change_nothing_and_are_answered() {
    let app = plain().start().await;
    let (fan, _) = registered(&app, "小明").await;
    let before = app.row(&fan).await;
    for push in [
        app.push_change("user_authorization_revoke", &fan, "207,999"),
        app.push_change("user_authorization_revoke", "", "205"),
        app.push_event(&fan, "user_authorization_cancellation", &[]),
        app.push_event(
            "oPlatform",
            "user_authorization_cancellation",
            &[("OpenID", &fan), ("AppID", "wx00000000000000ff")],
        ),
    ] {
        assert!(push.send().await.is_success());
    }
    assert_eq!(app.row(&fan).await.nickname, before.nickname);
    assert_eq!(app.rows(Some(&fan)).await, 1);
}

/// From the first tap on 关注 to the end of the account.
#[actix_web::test]
async fn a_fan_follows_registers_changes_their_mind_and_is_forgotten() {
    let rules = "[[reply]]\non = \"subscribe\"\ntext = \"Hello {nickname}, {site}\"\n\
                 [[reply]]\non = \"keyword\"\nexact = \"me\"\ntext = \"You are {nickname}\"\n";
    let (_folder, builder) = with_rules(safe(), rules);
    let app = builder.start().await;
    let fan = app.platform.fan("Zyzzyva-Made-Up").await;
    let sent = app.push_event(&fan, "subscribe", &[]).sealed().send().await;
    assert_eq!(sent.text(), format!("Hello , {}", app.url));
    let browser = app.registered(&fan).await;
    let me = app.push_text(&fan, "me", 1).sealed();
    assert_eq!(me.send().await.text(), "You are Zyzzyva-Made-Up");

    app.clock.advance(5);
    let withdrawn = app.push_change("user_authorization_revoke", &fan, "205").sealed();
    assert!(withdrawn.send().await.is_success());
    assert_eq!(app.push_text(&fan, "me", 2).sealed().send().await.text(), "You are ");
    eventually("the session ends", async || {
        browser.get(&app.at("/")).await.status == 303
    })
    .await;

    app.clock.advance(5);
    app.register(&app.browser(), &fan, "/").await;
    assert!(
        app.push_event(&fan, "unsubscribe", &[])
            .sealed()
            .send()
            .await
            .is_success()
    );
    assert_eq!(follow(&app, &fan).await[0], json!(false));

    app.clock.advance(5);
    let closed = app.push_change("user_authorization_cancellation", &fan, "").sealed();
    assert!(closed.send().await.is_success());
    assert_eq!(app.rows(Some(&fan)).await, 0);
    // Whoever follows again begins anew.
    app.clock.advance(5);
    let again = app.push_event(&fan, "subscribe", &[]).sealed().send().await;
    assert_eq!(again.text(), format!("Hello , {}", app.url));
}

#[actix_web::test]
async fn no_table_names_a_fan_who_closed_the_account() {
    // A target that takes nothing: what waits for it stays.
    let target = "[[push.forward]]\nname = \"crm\"\nurl = \"http://127.0.0.1:9/\"\nprivate = true\n\
                  events = [\"*\", \"fan.erased\"]\nmessages = [\"*\"]\n";
    let (folder, builder) = with_rules(safe(), "[[reply]]\non = \"default\"\ntext = \"Hi {nickname}\"\n");
    std::fs::write(folder.path().join("config/local.toml"), target).unwrap();
    let app = builder
        .env("PUSH_FORWARD_CRM_SECRET", &"made-up-".repeat(8))
        .start()
        .await;
    let (fan, _) = registered(&app, "Zyzzyva-Made-Up").await;
    let texts = [fan.as_str(), "Zyzzyva-Made-Up", "a secret wish"];
    assert_eq!(
        app.push_text(&fan, "a secret wish", 1).sealed().send().await.text(),
        "Hi Zyzzyva-Made-Up"
    );
    assert!(
        app.push_event(&fan, "unsubscribe", &[])
            .sealed()
            .send()
            .await
            .is_success()
    );
    // While the fan is kept, only the fan's own row names them.
    let tables = |found: std::collections::BTreeSet<(String, String)>| -> Vec<String> {
        found.into_iter().map(|(table, _)| table).collect()
    };
    assert!(
        tables(traces_of(&app, &texts).await)
            .iter()
            .all(|table| table == "fans_profiles")
    );
    app.clock.advance(1);
    let closed = app.push_change("user_authorization_cancellation", &fan, "").sealed();
    assert!(closed.send().await.is_success());
    assert_eq!(traces_of(&app, &texts).await, [].into());
    // Somebody who only wrote leaves nothing, either.
    assert!(
        app.push_text("oNeverRegistered", "a secret wish", 2)
            .sealed()
            .send()
            .await
            .page
            .status
            == 200
    );
    assert_eq!(traces_of(&app, &["oNeverRegistered", "a secret wish"]).await, [].into());
}

#[actix_web::test]
async fn a_closed_account_is_forgotten_whatever_the_push_says_of_its_sender() {
    let app = plain().start().await;
    for (number, sender) in [None, Some("no openid at all")].into_iter().enumerate() {
        let (fan, _) = registered(&app, &format!("粉丝{number}")).await;
        let mut push = app.push_change("user_authorization_cancellation", &fan, "");
        push.fields
            .retain(|(name, _)| name != "ToUserName" && name != "FromUserName");
        let sender = sender.map(|text| ("FromUserName".to_owned(), PushValue::Text(text.to_owned())));
        push.fields.extend(sender);
        assert!(push.send().await.is_success());
        assert_eq!(app.rows(Some(&fan)).await, 0);
    }
}
