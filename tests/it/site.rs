//! What surrounds the login: root files, static files, headers, limits, health.

use crate::support::{Browser, Site, TestApp, WECHAT, metric, process};

#[actix_web::test]
async fn root_files_are_served_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    let toml = "[wechat.root_files]\n\"MP_verify_MadeUpMadeUp0001.txt\" = \"MadeUpMadeUp0001\"\n";
    std::fs::write(folder.path().join("config/local.toml"), toml).unwrap();
    let app = TestApp::with()
        .directory(folder.path())
        .set("wechat.require_app", "true")
        .start()
        .await;
    let page = Browser::new("curl")
        .get(&app.at("/MP_verify_MadeUpMadeUp0001.txt"))
        .await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/plain")));
    assert_eq!(page.body, b"MadeUpMadeUp0001");
    assert_eq!(
        app.browser()
            .get(&app.at("/MP_verify_MadeUpMadeUp0002.txt"))
            .await
            .status,
        404
    );
}

#[actix_web::test]
async fn every_page_has_its_security_headers() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in ["/welcome", "/signed-out", "/nothing", "/wechat/callback"] {
        let page = browser.get(&app.at(path)).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{path}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        let expected = if page.status == 200 {
            "same-origin"
        } else {
            "no-referrer"
        };
        assert_eq!(page.header("referrer-policy"), Some(expected), "{path}");
    }
}

#[actix_web::test]
async fn static_files_have_hashed_names_and_are_kept_for_ever() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let prompt = browser.get(&app.at("/welcome")).await.text();
    let path = prompt
        .split('"')
        .find(|part| part.starts_with("/static/app.") && part.ends_with(".css"))
        .unwrap();
    let file = browser.get(&app.at(path)).await;
    assert_eq!(file.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(
        file.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(browser.get(&app.at("/static/app.css")).await.status, 404);
}

#[actix_web::test]
async fn one_ip_may_begin_only_so_many_logins() {
    let app = TestApp::with().set("limits.per_address_per_minute", "5").start().await;
    let browser = app.browser();
    for _ in 0..5 {
        assert_eq!(browser.get(&app.at("/login")).await.status, 303);
    }
    let page = browser.get(&app.at("/login")).await;
    assert_eq!((page.status, page.header("retry-after").is_some()), (429, true));
    assert!(page.text().contains("<html lang=\"zh-CN\">"));
    assert_eq!(
        browser.get(&app.at("/signed-out")).await.status,
        200,
        "other pages go on"
    );
    let forged = browser
        .request("GET", &app.at("/login"), &[("x-forwarded-for", "203.0.113.7")], None)
        .await;
    assert_eq!(forged.status, 429, "a header of the visitor's own changes nothing");
}

#[actix_web::test]
async fn behind_a_trusted_proxy_each_visitor_counts_alone() {
    let settings = TestApp::with().set("limits.per_address_per_minute", "1");
    let app = settings.set("server.trusted_proxies", "127.0.0.0/8").start().await;
    let browser = app.browser();
    for visitor in ["203.0.113.7", "203.0.113.8"] {
        let headers = [("x-forwarded-for", visitor)];
        assert_eq!(
            browser.request("GET", &app.at("/login"), &headers, None).await.status,
            303
        );
        assert_eq!(
            browser.request("GET", &app.at("/login"), &headers, None).await.status,
            429
        );
    }
}

#[actix_web::test]
async fn health_is_on_the_private_listener_only() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let alive = app.ops("/healthz").await;
    assert_eq!(alive.status, 200);
    let ready = app.ops("/readyz").await;
    assert_eq!(ready.status, 200);
    let words: serde_json::Value = serde_json::from_slice(&ready.body).unwrap();
    assert_eq!(
        (words["database"]["state"].as_str(), words["cache"]["state"].as_str()),
        (Some("up"), Some("up"))
    );
    assert_eq!(browser.get(&app.at("/healthz")).await.status, 404);
}

/// The client's IP is the proxy's where the proxy is not trusted. The process cannot tell, and says so.
#[actix_web::test]
async fn the_first_429_names_server_trusted_proxies_once_a_process() {
    let site = Site::new();
    let limits = [("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", "5")];
    let process = site.start(&limits);
    let browser = Browser::new(WECHAT);
    let mut refused = 0;
    for _ in 0..40 {
        refused += u32::from(browser.get(&site.at("/login")).await.status == 429);
    }
    assert!(refused > 30, "{refused}");
    let metrics = site.ask("/metrics").await.text();
    let counted = metric(&metrics, r#"fanpass_refusals_total{reason="rate_limit"}"#);
    assert_eq!(counted, Some(refused.into()), "{metrics}");
    let (_, printed) = process.terminate().await;
    let warnings: Vec<_> = printed
        .iter()
        .filter(|line| line.contains("server.trusted_proxies"))
        .collect();
    assert!(
        warnings.len() == 1 && warnings[0].contains("WARN") && warnings[0].contains("429"),
        "{printed:#?}"
    );
}

#[actix_web::test]
async fn a_429_of_a_visitor_behind_a_trusted_proxy_says_nothing_of_proxies() {
    let site = Site::new();
    let process = site.start(&[
        ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", "5"),
        ("FANPASS__SERVER__TRUSTED_PROXIES", "127.0.0.1,::1"),
    ]);
    let browser = Browser::new(WECHAT);
    let forwarded = [("x-forwarded-for", "203.0.113.9")];
    while browser
        .request("GET", &site.at("/login"), &forwarded, None)
        .await
        .status
        != 429
    {}
    let (_, printed) = process.terminate().await;
    assert!(
        printed.iter().any(|line| line.contains("audit.reason=\"rate_limit\"")),
        "{printed:#?}"
    );
    assert!(
        !printed.iter().any(|line| line.contains("server.trusted_proxies")),
        "{printed:#?}"
    );
}

#[test]
fn production_without_trusted_proxies_says_so_loudly_at_the_start() {
    let key = "0123456789abcdef".repeat(8);
    let warnings = |public_url: &str, proxies: &str| {
        let (site, folder) = (Site::new(), tempfile::tempdir().unwrap());
        let database = format!("sqlite://{}/fans.db", folder.path().display());
        let variables = [
            ("FANPASS_ENV", "production"),
            ("FANPASS__SERVER__PORT", site.server.as_str()),
            ("FANPASS__SERVER__HOST", "127.0.0.1"),
            ("FANPASS__SERVER__PUBLIC_URL", public_url),
            ("FANPASS__SERVER__TRUSTED_PROXIES", proxies),
            ("FANPASS__OPS__HOST", "127.0.0.1"),
            ("FANPASS__OPS__PORT", site.ops.as_str()),
            ("DATABASE_URL", database.as_str()),
            ("WECHAT_APP_ID", "wx00000000000000aa"),
            ("WECHAT_APP_SECRET", "0123456789abcdef0123456789abcdef"),
            ("SESSION_KEY", key.as_str()),
        ];
        let process = process::start(&[], &variables, "ready after");
        let printed = process.printed().into_iter();
        let warnings = printed.filter(|line| line.contains("WARN") && line.contains("server.trusted_proxies"));
        warnings.count()
    };
    assert_eq!(warnings("https://fans.example", ""), 1);
    assert_eq!(warnings("https://fans.example", "10.0.0.0/8"), 0);
    assert_eq!(warnings("http://localhost:8080", ""), 0);
}
