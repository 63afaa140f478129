//! What is taken, and what is answered.

use serde_json::{Value, json as value};

use crate::support::photos::{PhotoApp, Sent, any_jpeg, jpeg, json, multipart, png, problem_word, words};

/// An HEIC file as far as its first box.
const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
const AVIF: &[u8] = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf";

#[actix_web::test]
async fn a_refused_file_does_not_stop_the_others() {
    let site = PhotoApp::start_with(|app| {
        app.set("photos.max_bytes", "100000")
            .set("photos.max_pixels", "1000000")
    })
    .await;
    let fan = site.fan().await;
    let (first, second) = (any_jpeg(), png(40, 30, [1, 2, 3]));
    let (too_large, too_many) = (vec![0xff; 100_001], png(1001, 1000, [0; 3]));
    let cut = &first[..first.len() / 4];
    let page = site
        .send(
            &fan,
            &[
                Sent::photo("text.jpg", b"not a picture"),
                Sent::photo("a.jpg", &first),
                Sent::photo("from-a-phone.jpg", HEIC),
                Sent::photo("b.jpg", AVIF),
                Sent::photo("large.jpg", &too_large),
                Sent::photo("pixels.png", &too_many),
                Sent::photo("cut.jpg", cut),
                Sent::photo("again.jpg", &first),
                Sent::photo("b.png", &second),
            ],
        )
        .await;
    assert_eq!(page.status, 201, "{}", page.text());
    let expected = [
        "photo-kind",
        "saved",
        "photo-kind",
        "photo-kind",
        "photo-too-large",
        "photo-pixels",
        "photo-broken",
        "known",
        "saved",
    ];
    assert_eq!(words(&page), expected);
    let results = json(&page)["results"].clone();
    let statuses = [0, 2, 3, 4, 5, 6].map(|index| results[index]["problem"]["status"].clone());
    assert_eq!(value!(statuses), value!([415, 415, 415, 413, 422, 422]));
    // The sentence names the kind, in the fan's language.
    for (index, kind) in [(2, "HEIC"), (3, "AVIF")] {
        let detail = results[index]["problem"]["detail"].as_str().unwrap();
        assert!(
            detail.contains(kind) && detail.contains("JPEG") && detail.contains('请'),
            "{detail}"
        );
    }
    assert_eq!(site.files().len(), 4, "two photos in two sizes: {:?}", site.files());
}

#[actix_web::test]
async fn the_status_is_that_of_the_whole_upload() {
    let site = PhotoApp::start_with(|app| app.set("photos.per_fan", "1")).await;
    let fan = site.fan().await;
    let (first, second) = (jpeg(9, 9, [1; 3]), jpeg(9, 9, [90; 3]));
    let sent = [Sent::photo("a", b"text"), Sent::photo("a", HEIC)];
    let refused = site.send(&fan, &sent).await;
    assert_eq!(refused.status, 415);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    let answer = json(&refused);
    assert_eq!(problem_word(&answer), "photo-kind");
    assert_eq!(
        (&answer["status"], answer["results"].as_array().unwrap().len()),
        (&value!(415), 2)
    );
    assert!(answer["title"].is_string() && answer["detail"].is_string());

    assert_eq!(site.send(&fan, &[Sent::photo("a", &first)]).await.status, 201);
    let known = site
        .send(&fan, &[Sent::photo("a", &first), Sent::photo("b", b"text")])
        .await;
    assert_eq!(
        (known.status, known.header("content-type")),
        (200, Some("application/json"))
    );
    let full = site.send(&fan, &[Sent::photo("a", &second)]).await;
    assert_eq!((full.status, words(&full)), (409, vec!["photos-full".to_owned()]));
    let other = site.fan().await;
    assert_eq!(
        site.send(&other, &[Sent::photo("a", &first)]).await.status,
        201,
        "each fan has photos of their own"
    );
}

#[actix_web::test]
async fn nine_files_of_as_many_bytes_as_may_be_are_taken() {
    let site = PhotoApp::start_with(|app| app.set("photos.max_bytes", "65536")).await;
    let fan = site.fan().await;
    let pictures: Vec<_> = (0..9)
        .map(|number| {
            let mut picture = jpeg(60, 40, [25 * number, 0, 0]);
            picture.resize(65_536, 0);
            picture
        })
        .collect();
    let files: Vec<_> = pictures.iter().map(|bytes| Sent::photo("a.jpg", bytes)).collect();
    let page = site.send(&fan, &files).await;
    assert_eq!((page.status, words(&page)), (201, vec!["saved".to_owned(); 9]));
}

#[actix_web::test]
async fn the_words_of_a_problem_follow_the_fans_language() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let detail = async |language: &str| {
        let (content_type, body) = multipart(&[Sent::photo("a", HEIC)]);
        let url = site.app.at(&format!("/api/photos?lang={language}"));
        let headers = [
            ("content-type", content_type.as_str()),
            ("origin", site.app.url.as_str()),
        ];
        let page = fan.send("POST", &url, &headers, body).await;
        json(&page)["results"][0]["problem"]["detail"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(detail("en").await.starts_with("This is a HEIC photo"));
    assert!(detail("zh").await.starts_with("这是一张 HEIC 照片"));
}

#[actix_web::test]
async fn what_is_no_upload_of_one_to_nine_photos_saves_nothing() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let picture = any_jpeg();
    let ten: Vec<Sent<'_>> = (0..10).map(|_| Sent::photo("a.jpg", &picture)).collect();
    let named = Sent {
        part: "file",
        name: "a.jpg",
        bytes: &picture,
    };
    for files in [ten, vec![Sent::photo("a.jpg", &picture), named], Vec::new()] {
        let page = site.send(&fan, &files).await;
        assert_eq!(
            (page.status, problem_word(&json(&page)).as_str()),
            (400, "bad-request"),
            "{}",
            files.len()
        );
    }
    let (content_type, body) = multipart(&[Sent::photo("a.jpg", &picture)]);
    let cut = body[..body.len() - 20].to_vec();
    for (content_type, body) in [
        (content_type.as_str(), cut),
        ("multipart/form-data", body.clone()),
        ("text/plain", body.clone()),
        ("image/jpeg", picture.clone()),
        ("application/x-www-form-urlencoded", b"photo=a".to_vec()),
    ] {
        let headers = [("content-type", content_type), ("origin", site.app.url.as_str())];
        let page = fan.send("POST", &site.app.at("/api/photos"), &headers, body).await;
        assert!((400..500).contains(&page.status), "{content_type}: {}", page.status);
        assert_eq!(
            page.header("content-type"),
            Some("application/problem+json"),
            "{content_type}"
        );
    }
    assert_eq!(site.files(), [""; 0]);
}

#[actix_web::test]
async fn a_form_that_is_sent_without_a_script_comes_back_to_the_page() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let page = fan.get(&site.app.at("/photos")).await.text();
    let (_, form) = page.split_once("<noscript>").unwrap();
    assert!(
        form.contains("action=\"/api/photos\" enctype=\"multipart/form-data\""),
        "{page}"
    );
    let send = async |files: &[&[u8]]| {
        let files: Vec<_> = files.iter().map(|bytes| Sent::photo("a.jpg", bytes)).collect();
        let (content_type, body) = multipart(&files);
        let headers = [
            ("content-type", content_type.as_str()),
            ("origin", site.app.url.as_str()),
            ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
        ];
        let page = fan.send("POST", &site.app.at("/api/photos"), &headers, body).await;
        assert_eq!(page.status, 303, "{}", page.text());
        fan.get(&site.app.at(page.location())).await.text()
    };
    let saved = send(&[&any_jpeg()]).await;
    assert!(
        saved.contains("已保存 1 张") && saved.matches("photos__tile").count() == 1,
        "{saved}"
    );
    let refused = send(&[HEIC]).await;
    assert!(
        refused.contains("HEIC") && refused.contains("role=\"alert\""),
        "{refused}"
    );
    let both = send(&[&any_jpeg(), HEIC, &any_jpeg()]).await;
    assert!(both.contains("已保存 2 张") && both.contains("HEIC"), "{both}");
    let ten = any_jpeg();
    let ten = send(&[ten.as_slice(); 10]).await;
    assert!(
        ten.contains("一次请选择一到九张照片") && !ten.contains("已保存 "),
        "{ten}"
    );
    let made_up = fan
        .get(&site.app.at("/photos?problem=%3Cscript%3E&before=x&saved=%22"))
        .await;
    assert!(
        made_up.status == 200 && !made_up.text().contains("<script>"),
        "{}",
        made_up.text()
    );
}

#[actix_web::test]
async fn a_folder_that_cannot_be_written_is_503_and_saves_nothing() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let photo = site.saved(&fan, &any_jpeg()).await;
    let moved = site.folder.path().with_extension("away");
    std::fs::rename(site.folder.path(), &moved).unwrap();
    std::fs::write(site.folder.path(), "a file in its place").unwrap();
    let page = site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await;
    assert_eq!(
        (page.status, words(&page)),
        (503, vec!["storage-down".to_owned()]),
        "{}",
        page.text()
    );
    assert!(page.header("retry-after").is_some());
    let away = fan.get(&site.app.at(photo["url"].as_str().unwrap())).await;
    assert_eq!(
        (away.status, problem_word(&json(&away)).as_str()),
        (503, "storage-down"),
        "never 404"
    );
    std::fs::remove_file(site.folder.path()).unwrap();
    std::fs::rename(&moved, site.folder.path()).unwrap();
    assert_eq!(fan.get(&site.app.at(photo["url"].as_str().unwrap())).await.status, 200);
    let list: Value = json(&site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await);
    assert!(list["results"][0]["photo"].is_object());
}
