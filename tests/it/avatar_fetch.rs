//! The client that fetches avatars: where it goes, and where it does not.

use std::{io::Write, time::Duration};

use fanpass::{
    clients::{
        apps::{AppCallError, AppsClient, OwnListeners, RefusedAddress, Resolver},
        avatars::{AvatarClient, AvatarFetchError},
        wechat::TlsConfig,
    },
    domain::Deadline,
};
use url::Url;

use crate::support::CannedPlatform;

const PICTURE: &[u8] = b"\x89PNG made up";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn client(api_url: &str, resolver: Resolver) -> AvatarClient {
    let tls = TlsConfig::with_mozilla_roots().unwrap();
    let apps = AppsClient::new(&tls, OwnListeners::default(), resolver);
    AvatarClient::new(apps, &url(api_url), &url("https://open.weixin.qq.com"))
}

async fn fetch(platform: &CannedPlatform, path: &str) -> Result<Vec<u8>, AvatarFetchError> {
    let client = client(&platform.url, Resolver::default());
    let fetched = client.fetch(&url(&format!("{}/{path}", platform.url)), soon()).await;
    fetched.map(|bytes| bytes.to_vec())
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(5))
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[actix_web::test]
async fn the_largest_size_is_fetched_and_the_one_of_the_url_where_there_is_no_larger() {
    let platform = CannedPlatform::start(|request| {
        if request.ends_with("/largest/0") {
            answer("200 OK", "", PICTURE)
        } else if request.ends_with("/small/132") {
            answer("200 OK", "", b"GIF8 made up")
        } else {
            answer("404 Not Found", "", b"<html>")
        }
    });
    assert_eq!(fetch(&platform, "mmopen/largest/132").await.unwrap(), PICTURE);
    assert_eq!(fetch(&platform, "mmopen/small/132").await.unwrap(), b"GIF8 made up");
    let gone = fetch(&platform, "mmopen/gone/132").await.unwrap_err();
    assert!(gone == AvatarFetchError::Status(404) && !gone.is_temporary());
}

#[actix_web::test]
async fn a_redirect_is_followed_on_the_platform_and_nowhere_else() {
    let other = CannedPlatform::start(|_| answer("200 OK", "", b"stolen"));
    let elsewhere = other.url.clone();
    let platform = CannedPlatform::start(move |request| {
        let to = |location: &str| answer("302 Found", &format!("location: {location}\r\n"), b"");
        match request {
            "/here" => to("/there"),
            "/there" => answer("200 OK", "", PICTURE),
            "/elsewhere" => to(&elsewhere),
            "/metadata" => to("http://169.254.169.254/latest/meta-data"),
            "/file" => to("file:///etc/passwd"),
            "/look-alike" => to("https://thirdwx.qlogo.cn.example/a"),
            "/nowhere" => answer("302 Found", "", b""),
            _ => to("/round"),
        }
    });
    assert_eq!(fetch(&platform, "here").await.unwrap(), PICTURE);
    for path in ["elsewhere", "metadata", "file", "look-alike"] {
        let refused = fetch(&platform, path).await.unwrap_err();
        assert_eq!(refused, AvatarFetchError::ForeignHost, "{path}");
    }
    for path in ["round", "nowhere"] {
        assert_eq!(
            fetch(&platform, path).await.unwrap_err(),
            AvatarFetchError::Redirects,
            "{path}"
        );
    }
}

#[actix_web::test]
async fn a_name_of_the_platform_that_leads_into_the_own_network_is_not_called() {
    for address in ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1"] {
        let ip: std::net::IpAddr = address.parse().unwrap();
        let resolver = Resolver::new(move |_, port| Box::pin(async move { Ok(vec![(ip, port).into()]) }));
        let client = client("https://api.weixin.qq.com", resolver);
        let refused = client
            .fetch(&url("https://thirdwx.qlogo.cn/mmopen/vi_32/a/0"), soon())
            .await;
        let expected = if address.starts_with("169") {
            RefusedAddress::Never
        } else {
            RefusedAddress::Private
        };
        assert_eq!(
            refused.unwrap_err(),
            AppCallError::Refused(expected).into(),
            "{address}"
        );
    }
}

#[actix_web::test]
async fn a_picture_that_is_too_long_or_too_slow_is_given_up() {
    let platform = CannedPlatform::serve(|request, stream| {
        let _ = if request == "/announced" {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n")
        } else {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        };
        let piece = [b"10000\r\n".as_slice(), &[7; 0x1_0000], b"\r\n"].concat();
        while stream.write_all(&piece).is_ok() {}
    });
    for path in ["announced", "endless"] {
        let refused = fetch(&platform, path).await.unwrap_err();
        assert_eq!(refused, AppCallError::TooLong.into(), "{path}");
    }
    let (done, waits) = std::sync::mpsc::channel::<()>();
    let waits = std::sync::Mutex::new(waits);
    let platform = CannedPlatform::serve(move |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfirst");
        // Holds the connection until the test has ended.
        let _ = waits.lock().unwrap().recv();
    });
    let client = client(&platform.url, Resolver::default());
    let deadline = Deadline::after(Duration::from_millis(300));
    let late = client.fetch(&url(&platform.url), deadline).await.unwrap_err();
    assert!(late == AppCallError::Late.into() && late.is_temporary());
    drop(done);
}
