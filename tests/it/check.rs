//! `fanpass check`: each mistake that fans would find is found before them, with the sentence that says how to correct it.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    thread,
};

use serde_json::{Value, json};

use crate::support::{
    APP_ID, APP_SECRET, CannedPlatform, Platform, TestApp, make_certificate,
    process::{command, free_port, run},
};

const PUBLIC_URL: (&str, &str) = ("FANPASS__SERVER__PUBLIC_URL", "https://fans.example.com");
const PROXIES: (&str, &str) = ("FANPASS__SERVER__TRUSTED_PROXIES", "10.0.0.0/8");

/// Production with all that it needs; the later of two with the same name counts.
fn production<'a>(further: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    const KEY: &str = concat!(
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    );
    let needed = [
        ("FANPASS_ENV", "production"),
        PUBLIC_URL,
        PROXIES,
        ("FANPASS__SITE__PRIVACY_URL", "https://fans.example.com/privacy"),
        ("WECHAT_APP_ID", APP_ID),
        ("WECHAT_APP_SECRET", APP_SECRET),
        ("SESSION_KEY", KEY),
        ("DATABASE_URL", "sqlite://fans.db"),
    ];
    [needed.as_slice(), further].concat()
}

/// The lines of one kind.
fn lines<'a>(text: &'a str, kind: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.starts_with(kind)).collect()
}

#[test]
fn a_proxy_that_is_not_named_is_a_fault_in_production() {
    let (output, text) = run(&["check"], &production(&[("FANPASS__SERVER__TRUSTED_PROXIES", "")]));
    assert_eq!(output.status.code(), Some(1), "{text}");
    let [fault] = lines(&text, "FAULT")[..] else {
        panic!("one fault: {text}")
    };
    assert!(
        fault.contains("server.trusted_proxies") && fault.contains("10.0.0.0/8"),
        "{fault}"
    );
    assert!(fault.contains("limits.per_address_per_minute"), "{fault}");
    assert!(text.trim_end().ends_with(fault), "a fault is not the last line: {text}");

    let no_limit = ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", "0");
    let proxies = ("FANPASS__SERVER__TRUSTED_PROXIES", "");
    let (output, text) = run(&["check"], &production(&[proxies, no_limit]));
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("the audit trail names no fan's address"), "{text}");
    assert!(!text.contains("429"), "there is no limit: {text}");

    let here = ("FANPASS__SERVER__PUBLIC_URL", "http://localhost:8080");
    for sound in [
        production(&[]),
        production(&[("FANPASS__SERVER__TRUSTED_PROXIES", ""), here]),
        vec![],
    ] {
        let (output, text) = run(&["check"], &sound);
        assert!(output.status.success() && !text.contains("trusted_proxies"), "{text}");
    }
}

#[test]
fn the_callers_of_the_internal_api_are_named_and_an_app_that_cannot_call_is_noted() {
    let (_, text) = run(&["check"], &production(&[]));
    assert!(text.contains("internal: does not listen"), "{text}");
    let key = "ops-key-made-up-0123456789abcdef01234567";
    let (output, text) = run(
        &["check"],
        &production(&[("OPS_API_KEY", key), ("FANPASS__APPS__SHOP__API", "fans")]),
    );
    assert!(output.status.success() && !text.contains(key), "{text}");
    assert!(
        text.contains("internal: will listen on 127.0.0.1:9093 for ops\n"),
        "{text}"
    );
    let [note] = lines(&text, "note")[..] else {
        panic!("one note: {text}")
    };
    assert!(note.contains("APP_SHOP_API_KEY"), "{note}");
}

#[test]
fn a_secret_s_file_that_others_may_read_is_noted_under_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app_secret");
    fs::write(&path, APP_SECRET).unwrap();
    fs::write(folder.path().join(".env"), "WECHAT_APP_ID=wx00000000000000aa\n").unwrap();
    let notes_at = |mode| {
        for file in [&path, &folder.path().join(".env")] {
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
        }
        let mut variables = production(&[("WECHAT_APP_SECRET_FILE", "app_secret")]);
        variables.retain(|(name, _)| *name != "WECHAT_APP_SECRET");
        let output = command(folder.path(), &["check"], &variables).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        assert!(!text.contains(APP_SECRET), "{text}");
        lines(&text, "note").join("\n")
    };
    for (mode, what) in [(0o644, "read"), (0o640, "read"), (0o602, "write"), (0o660, "write")] {
        let notes = notes_at(mode);
        for name in ["WECHAT_APP_SECRET_FILE", ".env"] {
            assert!(
                notes.contains(&format!("{name}: others may {what} its file")),
                "{mode:o}: {notes}"
            );
        }
    }
    for mode in [0o600, 0o400] {
        assert_eq!(notes_at(mode), "", "{mode:o}");
    }
}

#[test]
fn what_may_fail_fans_is_noted_and_no_reason_to_stop() {
    for (variable, words) in [
        (
            ("FANPASS__SERVER__PUBLIC_URL", "https://fans.example.com:8443"),
            "server.public_url has a port",
        ),
        (
            ("FANPASS__SERVER__PUBLIC_URL", "https://203.0.113.7"),
            "server.public_url has an IP address",
        ),
        (
            ("FANPASS__SERVER__TRUSTED_PROXIES", "0.0.0.0/0"),
            "server.trusted_proxies holds 0.0.0.0/0",
        ),
        (("FANPASS__WECHAT__REQUIRE_APP", "false"), "wechat.require_app is false"),
        (("FANPASS__SITE__PRIVACY_URL", ""), "site.privacy_url is not set"),
        (
            ("WECHAT_TOKEN", "0badc0de"),
            "WECHAT_ENCODING_AES_KEY is not set: pushes come plain",
        ),
        (
            ("FANPASS__WECHAT__ROOT_FILES__MP_verify_a1.txt", "b2"),
            "wechat.root_files: the content of \"MP_verify_a1.txt\"",
        ),
    ] {
        let (output, text) = run(&["check"], &production(&[variable]));
        assert!(output.status.success(), "{text}");
        let notes = lines(&text, "note");
        assert!(notes.len() == 1 && notes[0].contains(words), "{text}");
    }
    let further = [("FANPASS__WECHAT__ROOT_FILES__MP_verify_a1.txt", "a1\n")];
    let (_, text) = run(&["check"], &production(&further));
    assert_eq!(lines(&text, "note"), [""; 0], "{text}");
}

/// `check --online`, of a deployment for which this platform stands in; returns its exit code and its lines.
async fn online(api_url: &str, further: &[(&str, &str)]) -> (Option<i32>, String) {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let further: Vec<(String, String)> = further.iter().map(own).collect();
    let api_url = api_url.to_owned();
    actix_web::web::block(move || {
        let mut variables = production(&[
            ("FANPASS__WECHAT__API_URL", api_url.as_str()),
            ("FANPASS__WECHAT__TIMEOUT_MS", "2000"),
        ]);
        let here = format!("http://127.0.0.1:{}", free_port());
        variables.push(("FANPASS__SERVER__PUBLIC_URL", &here));
        variables.extend(further.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let (output, text) = run(&["check", "--online"], &variables);
        (output.status.code(), text)
    })
    .await
    .unwrap()
}

#[actix_web::test]
async fn check_online_shows_the_ip_that_is_not_on_the_list() {
    let platform = Platform::start();
    let (code, text) = online(&platform.url, &[]).await;
    assert_eq!((code, lines(&text, "ok     IP list").len()), (Some(0), 1), "{text}");
    let refused = json!({ "kind": "errcode", "errcode": 40164 });
    for endpoint in ["stable_token", "access_token"] {
        platform.clear_faults().await;
        platform.fault(endpoint, refused.clone()).await;
        let (code, text) = online(&platform.url, &[]).await;
        let faults = lines(&text, "FAULT");
        assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
        assert!(
            faults[0].contains("203.0.113.7") && faults[0].contains("微信开发者平台"),
            "{text}"
        );
    }
    platform.clear_faults().await;
    // What does not depend on this host is no fault of it.
    for errcode in [-1, 40066] {
        platform
            .fault("stable_token", json!({ "kind": "errcode", "errcode": errcode }))
            .await;
        let (code, text) = online(&platform.url, &[]).await;
        assert_eq!((code, lines(&text, "note   IP list").len()), (Some(0), 1), "{text}");
    }
}

#[actix_web::test]
async fn check_online_shows_the_ip_of_this_host_where_the_whitelist_is_on() {
    let platform = Platform::start();
    let elsewhere = json!({ "ip_whitelist": ["203.0.113.0/24"] });
    platform.control("PATCH", "settings", elsewhere).await;
    let (code, text) = online(&platform.url, &[]).await;
    let faults = lines(&text, "FAULT");
    assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
    assert!(
        faults[0].contains("127.0.0.1") && faults[0].contains("IP白名单"),
        "{text}"
    );

    let here = json!({ "ip_whitelist": ["203.0.113.0/24", "127.0.0.0/8"] });
    platform.control("PATCH", "settings", here).await;
    let (code, text) = online(&platform.url, &[]).await;
    assert_eq!((code, lines(&text, "ok     IP list").len()), (Some(0), 1), "{text}");
}

#[actix_web::test]
async fn check_online_tells_whether_the_platform_issues_the_account_s_token() {
    let platform = Platform::start();
    let (code, text) = online(&platform.url, &[]).await;
    assert_eq!(
        (code, lines(&text, "ok     account token").len()),
        (Some(0), 1),
        "{text}"
    );
    for (errcode, words) in [
        (45009, "midnight in Beijing"),
        (40243, "unfreeze it"),
        (89503, "管理员确认"),
        (50007, "通知中心"),
    ] {
        platform
            .fault("stable_token", json!({ "kind": "errcode", "errcode": errcode }))
            .await;
        let (code, text) = online(&platform.url, &[]).await;
        let faults = lines(&text, "FAULT  account token:");
        assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
        assert!(
            faults[0].contains(words) && faults[0].contains(&errcode.to_string()),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn check_online_displaces_no_token_of_the_account() {
    let platform = Platform::start();
    let token = async || {
        let body = json!({"grant_type":"client_credential","appid":APP_ID,"secret":APP_SECRET,"force_refresh":false});
        let url = format!("{}/cgi-bin/stable_token", platform.url);
        let mut response = awc::Client::default().post(url).send_json(&body).await.unwrap();
        let token: Value = serde_json::from_slice(&response.body().await.unwrap()).unwrap();
        token["access_token"].clone()
    };
    let before = token().await;
    let (code, text) = online(&platform.url, &[]).await;
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(token().await, before);
    assert!(!text.contains(before.as_str().unwrap()), "{text}");
    let requests = platform.control("GET", "requests", Value::Null).await["requests"].clone();
    // One call for each right. None asks for a ticket of the JS-SDK: that could make another one stale.
    let rights = json!({ "fan_info": 1, "menu": 1, "quota": 2, "media_get": 1, "access_token": 1, "stable_token": 3 });
    assert_eq!(requests, rights);
}

#[actix_web::test]
async fn check_online_says_which_rights_of_the_account_are_missing() {
    let platform = Platform::start();
    let (code, text) = online(&platform.url, &[]).await;
    assert_eq!((code, lines(&text, "ok     rights").len()), (Some(0), 5), "{text}");
    for (right, words) in [
        ("fans", "用户管理"),
        ("menu", "自定义菜单"),
        ("js_sdk", "JS-SDK"),
        ("media", "素材管理"),
        ("qr_codes", "带参数的二维码"),
    ] {
        let missing = json!({ "missing_rights": [right] });
        platform.control("PATCH", "settings", missing).await;
        let (code, text) = online(&platform.url, &[]).await;
        let notes = lines(&text, "note   rights");
        assert_eq!(
            (code, notes.len(), lines(&text, "ok     rights").len()),
            (Some(0), 1, 4),
            "{text}"
        );
        assert!(
            notes[0].contains(words) && notes[0].contains("missing") && notes[0].contains("接口权限"),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn check_online_does_not_call_a_right_missing_because_a_call_failed() {
    let platform = Platform::start();
    for endpoint in ["fan_info", "menu", "quota", "media_get"] {
        platform
            .fault(endpoint, json!({ "kind": "errcode", "errcode": 45009 }))
            .await;
    }
    let (code, text) = online(&platform.url, &[]).await;
    let notes = lines(&text, "note   rights");
    assert_eq!((code, notes.len()), (Some(0), 5), "{text}");
    for note in notes {
        assert!(
            note.contains("does not say") && note.contains("45009") && !note.contains("missing"),
            "{note}"
        );
    }
}

#[actix_web::test]
async fn check_online_tells_an_unknown_account_from_a_wrong_secret() {
    let platform = Platform::start();
    for (variable, words) in [
        (
            ("WECHAT_APP_ID", "wx00000000000000ff"),
            "the platform knows no such AppID; copy WECHAT_APP_ID",
        ),
        (
            ("WECHAT_APP_SECRET", "deadbeefdeadbeefdeadbeefdeadbeef"),
            "WECHAT_APP_SECRET is not the AppSecret of",
        ),
    ] {
        let (code, text) = online(&platform.url, &[variable]).await;
        let faults = lines(&text, "FAULT  platform:");
        assert_eq!(
            (code, faults.len(), lines(&text, "FAULT").len()),
            (Some(1), 1, 1),
            "{text}"
        );
        assert!(faults[0].contains(words) && !text.contains("deadbeef"), "{text}");
    }
}

#[actix_web::test]
async fn a_clock_that_differs_from_the_platform_s_is_a_fault() {
    let platform = Platform::start();
    let advance = json!({ "advance_seconds": 60 });
    platform.control("POST", "clock", advance).await;
    let (code, text) = online(&platform.url, &[]).await;
    let faults = lines(&text, "FAULT  platform: the clock of the platform is");
    assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
    assert!(
        faults[0].contains("ahead of ours") && faults[0].contains("NTP"),
        "{text}"
    );
}

#[actix_web::test]
async fn check_online_tells_why_the_platform_cannot_be_reached() {
    let platform = Platform::start();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("http://{}", silent.local_addr().unwrap());
    let closed_url = format!("http://127.0.0.1:{}", free_port());
    let tls_url = platform.url.replace("http://", "https://");
    let certificate = SelfSigned::start();
    for (url, words) in [
        (&closed_url, "the connection is refused"),
        (&silent_url, "no response within 2000 ms"),
        (&tls_url, "TLS fails"),
        (&certificate.url, "its certificate is not good for this name"),
    ] {
        let (code, text) = online(url, &[]).await;
        let faults = lines(&text, "FAULT  platform:");
        assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
        assert!(faults[0].contains(words), "{text}");
    }
}

#[actix_web::test]
async fn check_online_reads_a_response_without_a_length() {
    let platform = CannedPlatform::serve(|path, stream| {
        let body = if path == "/cgi-bin/stable_token" {
            // Reads the body too: an unread rest would reset the connection.
            let _ = stream.read(&mut [0; 4096]);
            r#"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7, not in whitelist"}"#
        } else {
            r#"{"errcode":40029,"errmsg":"invalid code"}"#
        };
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}");
    });
    let (code, text) = online(&platform.url, &[]).await;
    let faults = lines(&text, "FAULT  IP list:");
    assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
    assert!(faults[0].contains("203.0.113.7"), "{text}");
}

#[actix_web::test]
async fn check_online_tells_that_something_redirects_what_is_meant_for_the_platform() {
    for status in ["302 Found", "307 Temporary Redirect"] {
        let url = CannedPlatform::serve(move |path, stream| {
            if path == "/cgi-bin/stable_token" {
                let _ = stream.read(&mut [0; 4096]);
            }
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nlocation: https://portal.example/?next=made-up\r\ncontent-length: 0\r\n\r\n"
            );
        })
        .url;
        let (code, text) = online(&url, &[]).await;
        let faults = lines(&text, "FAULT  platform:");
        assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
        assert!(
            faults[0].contains("redirects: something stands between this host and the platform"),
            "{text}"
        );
        assert!(!text.contains("next=made-up"), "{text}");
    }
}

#[actix_web::test]
async fn a_public_url_that_leads_to_this_fanpass_is_proved() {
    let app = TestApp::with()
        .env("FANPASS__WECHAT__ROOT_FILES__MP_verify_a1.txt", "a1")
        .start()
        .await;
    let url = app.at("");
    let here = ("FANPASS__SERVER__PUBLIC_URL", url.as_str());
    let served = ("FANPASS__WECHAT__ROOT_FILES__MP_verify_a1.txt", "a1");
    let (code, text) = online(&app.platform.url, &[here, served]).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("ok     public URL:") && !text.contains("note   public URL"),
        "{text}"
    );

    let not_yet = ("FANPASS__WECHAT__ROOT_FILES__MP_verify_c3.txt", "c3");
    let (code, text) = online(&app.platform.url, &[here, served, not_yet]).await;
    let notes = lines(&text, "note   public URL:");
    assert_eq!((code, notes.len()), (Some(0), 1), "{text}");
    assert!(notes[0].contains("MP_verify_c3.txt"), "{text}");
}

#[actix_web::test]
async fn a_public_url_that_leads_elsewhere_is_a_fault() {
    let platform = Platform::start();
    for (status, kind, words) in [
        (
            "301 Moved\r\nlocation: https://www.fans.example/x",
            "FAULT",
            "leads to https://www.fans.example;",
        ),
        (
            "302 Found\r\nlocation: /sign-in",
            "FAULT",
            "redirects before fanpass is reached",
        ),
        ("200 OK", "FAULT", "answers 200 and something else"),
        ("401 Unauthorized", "FAULT", "answers 401 and something else"),
        ("502 Bad Gateway", "note ", "reaches no fanpass"),
        ("404 Not Found", "note ", "another version"),
    ] {
        let url = always(status);
        let (code, text) = online(&platform.url, &[("FANPASS__SERVER__PUBLIC_URL", &url)]).await;
        let found = lines(&text, &format!("{kind}  public URL: {url}"));
        assert_eq!((code, found.len()), (Some(i32::from(kind == "FAULT")), 1), "{text}");
        assert!(found[0].contains(words), "{text}");
    }
    let certificate = SelfSigned::start();
    let (code, text) = online(&platform.url, &[("FANPASS__SERVER__PUBLIC_URL", &certificate.url)]).await;
    let faults = lines(&text, "FAULT  public URL:");
    assert_eq!((code, faults.len()), (Some(1), 1), "{text}");
    assert!(faults[0].contains("give the proxy a certificate"), "{text}");
    // Before the first start nothing listens.
    let (code, text) = online(&platform.url, &[]).await;
    assert_eq!((code, lines(&text, "note   public URL:").len()), (Some(0), 1), "{text}");
}

/// A server that gives every request this status, as long as the test runs.
fn always(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello"
            );
        }
    });
    url
}

/// A server with a certificate that no public authority knows.
struct SelfSigned {
    url: String,
    server: std::process::Child,
    _folder: tempfile::TempDir,
}

impl SelfSigned {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_certificate(folder.path(), "IP:127.0.0.1");
        let port = free_port().to_string();
        let mut openssl = Command::new("openssl");
        openssl
            .current_dir(folder.path())
            .args(["s_server", "-accept", &port, "-www"]);
        openssl.args(["-key", "key.pem", "-cert", "certificate.pem"]);
        let mut server = openssl.stderr(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        // It prints ACCEPT when it listens.
        let mut printed = [0; 6];
        server.stdout.as_mut().unwrap().read_exact(&mut printed).unwrap();
        Self {
            url: format!("https://127.0.0.1:{port}"),
            server,
            _folder: folder,
        }
    }
}

impl Drop for SelfSigned {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
