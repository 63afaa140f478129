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
        let file = sandbox.get(&path).await;
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
