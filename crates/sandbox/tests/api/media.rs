//! Limits of files, and long ones.

use actix_web::{http::Method, web::Bytes};
use serde_json::json;

use crate::support::{Response, TestSandbox, read, stable_token, text};

async fn upload(sandbox: &TestSandbox, token: &str, kind: &str, name: &str, content: &[u8]) -> Response {
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
    let path = format!("/cgi-bin/media/upload?access_token={token}&type={kind}");
    let request = sandbox
        .request(Method::POST, &path)
        .content_type("multipart/form-data; boundary=\"b\"");
    read(request.send_body(Bytes::from(body)).await.unwrap()).await
}

#[actix_web::test]
async fn a_file_of_the_greatest_length_comes_back_whole_and_a_longer_one_is_refused() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let megabyte = 1024 * 1024;
    for (kind, name, longest, errcode) in [
        ("image", "a.jpg", 10 * megabyte, 40009),
        ("video", "a.mp4", 10 * megabyte, 40011),
        ("voice", "a.amr", 2 * megabyte, 40010),
        ("thumb", "a.JPG", 64 * 1024, 40012),
    ] {
        let content: Vec<u8> = (0_u32..).map(|number| number.to_le_bytes()[1]).take(longest).collect();
        let kept = upload(&sandbox, &token, kind, name, &content).await.json();
        let id = kept.get("media_id").or_else(|| kept.get("thumb_media_id")).unwrap();
        let id = id.as_str().unwrap();
        let path = format!("/cgi-bin/media/get?access_token={token}&media_id={id}");
        let mut file = sandbox.get(&path).await;
        if kind == "video" {
            // A video comes as an address.
            let answer = file.json();
            file = sandbox
                .get(text(&answer, "video_url").strip_prefix(&sandbox.url).unwrap())
                .await;
        }
        assert!(file.body == content, "{kind}");
        let longer = [content.as_slice(), b"x"].concat();
        assert_eq!(
            upload(&sandbox, &token, kind, name, &longer).await.errcode(),
            errcode,
            "{kind}"
        );
    }
    let listed = sandbox.get("/sandbox/media").await.json();
    assert_eq!(
        (&listed[3]["bytes"], text(&listed[3], "type")),
        (&json!(10 * megabyte), "image")
    );
}

#[actix_web::test]
async fn a_file_of_another_type_is_refused() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    for (kind, name, errcode) in [
        ("image", "a.png", 0),
        ("image", "a.heic", 40005),
        ("image", "a", 40005),
        ("voice", "a.mp4", 40005),
        ("nonsense", "a.jpg", 40004),
        ("", "a.jpg", 40004),
    ] {
        let answer = upload(&sandbox, &token, kind, name, b"content").await;
        assert_eq!(answer.errcode(), errcode, "{kind} {name}");
    }
    assert_eq!(upload(&sandbox, &token, "image", "a.jpg", b"").await.errcode(), 41005);
}

#[actix_web::test]
async fn what_media_get_answers_may_be_odd() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let kept = upload(&sandbox, &token, "image", "a.jpg", b"content").await.json();
    let path = format!(
        "/cgi-bin/media/get?access_token={token}&media_id={}",
        text(&kept, "media_id")
    );
    sandbox
        .fault("media_get", json!({"kind": "garbage", "body": "text_type", "times": 1}))
        .await;
    let file = sandbox.get(&path).await;
    assert_eq!(
        (file.header("content-type"), file.body.as_slice()),
        (Some("text/plain"), b"content".as_slice())
    );
    sandbox
        .fault(
            "media_get",
            json!({"kind": "garbage", "body": "json_as_picture", "times": 1}),
        )
        .await;
    let refused = sandbox.get(&path).await;
    assert_eq!(
        (refused.header("content-type"), refused.errcode()),
        (Some("image/jpeg"), 40007)
    );
    sandbox
        .control(Method::POST, "clock", json!({"advance_seconds": 3 * 24 * 3600}))
        .await;
    let token = stable_token(&sandbox).await;
    let path = format!(
        "/cgi-bin/media/get?access_token={token}&media_id={}",
        text(&kept, "media_id")
    );
    assert_eq!(sandbox.get(&path).await.errcode(), 40007);
}

#[actix_web::test]
async fn a_fan_has_a_picture_at_a_url_of_its_own_until_it_changes() {
    let sandbox = TestSandbox::new().await;
    let made = sandbox
        .control(Method::POST, "fans", json!({"nickname": "甲"}))
        .await
        .json();
    let path_of = |fan: &serde_json::Value| {
        let url = text(fan, "headimgurl").to_owned();
        url.strip_prefix(&sandbox.url).unwrap().to_owned()
    };
    let path = path_of(&made);
    let picture = sandbox.get(&path).await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert!(picture.body.starts_with(b"\x89PNG"));
    let openid = text(&made, "openid");
    let changed = sandbox
        .control(Method::PATCH, &format!("fans/{openid}"), json!({"new_avatar": true}))
        .await
        .json();
    assert_eq!(sandbox.get(&path).await.status, 404);
    let new = sandbox.get(&path_of(&changed)).await;
    assert_ne!(new.body, picture.body);
    sandbox
        .fault(
            "avatar",
            json!({"kind": "redirect", "to": "http://127.0.0.1:1/x", "times": 1}),
        )
        .await;
    let moved = sandbox.get(&path_of(&changed)).await;
    assert_eq!(
        (moved.status.as_u16(), moved.header("location")),
        (302, Some("http://127.0.0.1:1/x"))
    );
    sandbox
        .fault("avatar", json!({"kind": "garbage", "body": "svg", "times": 1}))
        .await;
    assert!(sandbox.get(&path_of(&changed)).await.text().contains("<script>"));
}
