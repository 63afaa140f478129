//! Photos over HTTP, as a fan's browser and an app see them.

mod apps;
mod attacks;
mod server_ids;
mod storage;
mod uploads;

use serde_json::json;

use crate::support::{
    Browser, TestApp, WECHAT, eventually,
    photos::{PhotoApp, Sent, any_jpeg, jpeg, json, png, problem_word, size, with_exif, words},
};

#[actix_web::test]
async fn a_photo_is_saved_seen_by_its_fan_and_deleted_with_its_bytes() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let empty = fan.get(&site.app.at("/photos")).await;
    assert_eq!(empty.status, 200);
    let page = site
        .send(
            &fan,
            &[Sent::photo("a.jpg", &with_exif(&jpeg(2000, 1000, [200, 30, 30])))],
        )
        .await;
    assert_eq!(
        (page.status, words(&page)),
        (201, vec!["saved".to_owned()]),
        "{}",
        page.text()
    );
    let answer = json(&page);
    let photo = &answer["results"][0]["photo"];
    // Upright, and no larger than 1600 pixels.
    assert_eq!((&photo["width"], &photo["height"]), (&json!(800), &json!(1600)));
    assert_eq!(answer["results"][0]["removed"], json!(["location", "camera"]));

    let large = fan.get(&site.app.at(photo["url"].as_str().unwrap())).await;
    let thumb = fan.get(&site.app.at(photo["thumb_url"].as_str().unwrap())).await;
    assert_eq!((size(&large.body), size(&thumb.body)), ((800, 1600), (160, 320)));
    for shown in [&large, &thumb] {
        assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        assert_eq!(shown.header("cache-control"), Some("private, no-cache"));
        assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
        assert!(shown.header("vary").unwrap().contains("Accept"));
        assert!(!String::from_utf8_lossy(&shown.body).contains("Exif"));
    }
    let tag = large.header("etag").unwrap();
    assert!(tag.starts_with('"') && Some(tag) != thumb.header("etag"));
    let again = fan
        .request("GET", large.url.as_str(), &[("if-none-match", tag)], None)
        .await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(tag));
    assert_eq!(
        fan.get(&site.app.at("/photos"))
            .await
            .text()
            .matches("photos__tile")
            .count(),
        1
    );
    assert_eq!(site.files().len(), 2, "{:?}", site.files());

    let id = photo["id"].as_str().unwrap();
    assert_eq!(site.delete(&fan, id).await.status, 204);
    assert_eq!(site.delete(&fan, id).await.status, 404);
    assert_eq!(fan.get(large.url.as_str()).await.status, 404);
    let cached = fan
        .request("GET", large.url.as_str(), &[("if-none-match", tag)], None)
        .await;
    assert_eq!(cached.status, 404, "also for a browser that has it");
    eventually("the bytes go", async || site.files().is_empty()).await;
}

#[actix_web::test]
async fn nobody_sees_or_removes_somebody_elses_photo() {
    let site = PhotoApp::start().await;
    let (fan, other) = (site.fan().await, site.fan().await);
    let photo = site.saved(&fan, &any_jpeg()).await;
    let (id, url) = (
        photo["id"].as_str().unwrap(),
        site.app.at(photo["url"].as_str().unwrap()),
    );
    let never_was = site.app.at("/photos/018f0000-0000-7000-8000-000000000000");
    let (theirs, none) = (other.get(&url).await, other.get(&never_was).await);
    let without_number = |page: &crate::support::Page| {
        let mut problem = json(page);
        problem["request_id"] = json!("");
        (page.status, problem)
    };
    assert_eq!(theirs.status, 404);
    assert_eq!(
        without_number(&theirs),
        without_number(&none),
        "nobody learns that it is there"
    );
    assert_eq!(site.delete(&other, id).await.status, 404);
    let nobody = Browser::new(WECHAT);
    assert_eq!(nobody.get(&url).await.status, 401);
    assert_eq!(site.delete(&nobody, id).await.status, 401);
    let page = site.send(&nobody, &[Sent::photo("a.jpg", &any_jpeg())]).await;
    assert_eq!(
        (page.status, problem_word(&json(&page)).as_str()),
        (401, "not-signed-in")
    );
    assert_eq!(
        nobody.get(&site.app.at("/photos")).await.status,
        303,
        "a page begins a silent login"
    );
    assert_eq!(fan.get(&url).await.status, 200);
}

#[actix_web::test]
async fn where_photos_are_off_nothing_of_them_is_there() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    let fan = app.registered(&openid).await;
    for path in [
        "/photos",
        "/photos/018f0000-0000-7000-8000-000000000000",
        "/p/x",
        "/api/photos",
    ] {
        assert_eq!(fan.get(&app.at(path)).await.status, 404, "{path}");
    }
    assert!(!fan.get(&app.at("/")).await.text().contains("/photos"));
}

#[actix_web::test]
async fn the_page_shows_sixty_photos_and_links_the_older_ones() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    assert!(fan.get(&site.app.at("/")).await.text().contains("href=\"/photos\""));
    for number in 0..61_u8 {
        site.saved(&fan, &png(8, 8, [number, 7, 9])).await;
    }
    let newest = fan.get(&site.app.at("/photos")).await.text();
    assert_eq!(newest.matches("photos__tile").count(), 60);
    assert!(newest.contains("<span data-count>61</span> / 200"), "{newest}");
    let (_, rest) = newest.split_once("href=\"/photos?before=").unwrap();
    let (older, _) = rest.split_once('"').unwrap();
    let oldest = fan.get(&site.app.at(&format!("/photos?before={older}"))).await.text();
    assert_eq!(oldest.matches("photos__tile").count(), 1);
    assert!(oldest.contains("href=\"/photos\"") && !oldest.contains("href=\"/photos?before="));
}
