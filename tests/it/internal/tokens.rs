//! The account's token and ticket.

use serde_json::{Value, json};

use super::{OPS_KEY, app_with_rights, bearer, document, get, problem};

#[actix_web::test]
async fn the_token_and_the_ticket_are_told_with_the_time_that_is_left() {
    let app = app_with_rights("").await;
    for (path, name) in [
        ("/internal/access-token", "access_token"),
        ("/internal/jsapi-ticket", "ticket"),
    ] {
        let page = get(&app, path, OPS_KEY).await;
        assert_eq!(page.status, 200, "{}", page.text());
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let told = document(&page);
        assert!(told[name].as_str().is_some_and(|value| value.len() > 16), "{told}");
        let left = told["expires_in"].as_u64().unwrap();
        assert!((300..=7200).contains(&left), "{left}");
        assert_eq!(told.as_object().unwrap().len(), 2);
    }
}

#[actix_web::test]
async fn a_refresh_that_names_no_token_is_refused() {
    let app = app_with_rights("").await;
    let refresh = async |body: Value| {
        let authorization = bearer(OPS_KEY);
        app.internal("POST", "/internal/access-token/refresh", Some(&authorization), body)
            .await
    };
    for body in [
        json!({}),
        json!([]),
        json!("token"),
        json!({ "access_token": 7 }),
        json!({ "access_token": "x", "force": true }),
    ] {
        let page = refresh(body.clone()).await;
        assert_eq!((page.status, problem(&page).as_str()), (400, "bad-request"), "{body}");
    }
    assert_eq!(refresh(json!({ "access_token": "made-up" })).await.status, 200);
}
