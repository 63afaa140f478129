//! Each choice of a route policy, on a small server whose groups differ in nothing else.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    error::ErrorInternalServerError,
    http::header,
    middleware::from_fn,
    web::{self, Bytes},
};
use fanpass::{
    audit::RefusalTrail,
    domain::{AppId, Clock, Random, TimeZone},
    http::{
        cookies::{language::LanguageCookie, own::OwnCookies, session::SessionCookie},
        error::AppError,
        form_target::FormTarget,
        policy::{
            BodyLimit, ContentPolicy, CookiePolicy, ErrorFormat, Methods, OpenerPolicy, OriginCheck, PolicyTable,
            RateLimitKind, ResourcePolicy, RoutePolicy, public::PAGES,
        },
    },
    middleware::{
        every_request::{EveryRequest, Visitors},
        rate_limit::RateLimit,
        request_span::RequestSpan,
        security_headers::SiteHeaders,
    },
    services::{
        login::{LoginLoopGuard, PendingLogins},
        sessions::{RevocationList, Sessions},
    },
    settings::{SessionKey, SessionKeys},
    telemetry::{events::AccountEvents, metrics},
    texts::Texts,
    views::{Site, Views},
};
use serde_json::{Value, json};
use tracing_actix_web::TracingLogger;
use url::Url;

use crate::support::{Browser, Page, raw};

const SOON: Duration = Duration::from_secs(20);
const OURS: &str = "https://fans.example";
const MIB: usize = 1 << 20;

fn with_format(error_format: ErrorFormat) -> RoutePolicy {
    RoutePolicy { error_format, ..PAGES }
}

/// Every group of the small server: its path, and in what it differs from pages.
fn groups() -> Vec<(&'static str, RoutePolicy)> {
    let page = |connects, form_target| RoutePolicy {
        csp: ContentPolicy::Page {
            connects,
            jssdk: false,
            form_target,
        },
        ..PAGES
    };
    vec![
        ("/page", PAGES),
        (
            "/upload",
            RoutePolicy {
                body: BodyLimit {
                    max_bytes: 1 << 20,
                    chunked: true,
                    within: SOON,
                },
                ..with_format(ErrorFormat::Problem)
            },
        ),
        (
            "/impatient",
            RoutePolicy {
                body: BodyLimit {
                    max_bytes: 1 << 20,
                    chunked: true,
                    within: Duration::from_millis(200),
                },
                ..with_format(ErrorFormat::Problem)
            },
        ),
        ("/problem", with_format(ErrorFormat::Problem)),
        ("/oauth", with_format(ErrorFormat::OAuth)),
        ("/push", with_format(ErrorFormat::Push)),
        ("/bare", with_format(ErrorFormat::Bare)),
        (
            "/picture",
            RoutePolicy {
                corp: ResourcePolicy::CrossOrigin,
                ..PAGES
            },
        ),
        (
            "/popup",
            RoutePolicy {
                coop: OpenerPolicy::UnsafeNone,
                ..PAGES
            },
        ),
        ("/polls", page(true, false)),
        ("/leaves", page(false, true)),
        (
            "/data",
            RoutePolicy {
                csp: ContentPolicy::Data,
                ..PAGES
            },
        ),
        (
            "/opted-out",
            RoutePolicy {
                origin_check: OriginCheck::OptedOut,
                ..PAGES
            },
        ),
        (
            "/no-cookies",
            RoutePolicy {
                cookies: CookiePolicy::None,
                ..PAGES
            },
        ),
        (
            "/limited",
            RoutePolicy {
                rate_limit: Some(RateLimitKind::Login),
                ..with_format(ErrorFormat::OAuth)
            },
        ),
    ]
}

fn cookies() -> OwnCookies {
    let (clock, random, key) = (
        Clock::system(),
        Random::system(),
        SessionKeys::from(SessionKey::new([7; 64])),
    );
    let app_id = AppId::parse("wx0000000000000001").unwrap();
    let sessions = Sessions::new(
        app_id.clone(),
        clock.clone(),
        random.clone(),
        3600,
        RevocationList::default(),
    );
    OwnCookies::new(
        SessionCookie::new(&key, &app_id, sessions, true),
        PendingLogins::new(&key, &app_id, clock.clone(), random.clone(), true),
        LoginLoopGuard::new(&key, &app_id, clock, random, true),
        LanguageCookie::new(true),
    )
}

fn every_request() -> EveryRequest {
    let mut policies = PolicyTable::new(&[], PAGES);
    for (path, policy) in groups() {
        let methods = if path == "/page" {
            Methods::POST
        } else {
            Methods::GET_AND_POST
        };
        policies.add(policy, [(path.to_owned(), methods)]);
    }
    let site = Site {
        name: "示例公众号".to_owned(),
        ..Site::default()
    };
    let refusals = {
        let app_id = AppId::parse("wx0000000000000001").unwrap();
        let (clock, utc) = (Clock::system(), TimeZone::parse("UTC").unwrap());
        let events = AccountEvents::new(metrics().account(&app_id), clock.clone(), utc);
        RefusalTrail::new(app_id, events, clock)
    };
    let visitors = Visitors {
        origin: Url::parse(OURS).unwrap().origin(),
        cookies: cookies(),
        views: Arc::new(Views::new(&site, Texts::new(&BTreeMap::new()).unwrap()).unwrap()),
        login_limit: RateLimit::new(1, refusals.clone()),
        refusals,
    };
    let site = SiteHeaders {
        secure: true,
        sdk: None,
    };
    EveryRequest::new(policies, site, Some(visitors)).unwrap()
}

/// `?fail=…` fails, `?target=…` names a target of the form; otherwise it says how long the body was and which cookies came.
async fn handler(request: HttpRequest, body: Bytes) -> Result<HttpResponse, actix_web::Error> {
    match request.query_string().split_once('=') {
        Some(("fail", "ours")) => Err(AppError::NotFound.into()),
        Some(("fail", "framework")) => Err(actix_web::error::ErrorBadRequest("<b>framework</b>")),
        Some(("fail", _)) => Err(ErrorInternalServerError("canary")),
        Some(("target", url)) => {
            let mut response = HttpResponse::Ok().finish();
            let target = Url::parse(url).ok().and_then(|url| FormTarget::of(&url));
            if let Some(target) = target {
                response.extensions_mut().insert(target);
            }
            Ok(response)
        }
        _ => {
            let cookies = request.headers().get(header::COOKIE);
            let cookies = cookies.and_then(|value| value.to_str().ok()).unwrap_or("none");
            Ok(HttpResponse::Ok()
                .content_type("text/plain")
                .body(format!("{} bytes, cookies: {cookies}", body.len())))
        }
    }
}

/// Starts the server; returns its URL.
fn start() -> String {
    let every_request = every_request();
    let app = move || {
        let every_request = every_request.clone();
        let mut app = App::new().app_data(web::PayloadConfig::new(usize::MAX));
        for (path, _) in groups() {
            app = app.route(path, web::route().to(handler));
        }
        app.wrap(from_fn(move |request, next| every_request.clone().pass(request, next)))
            .wrap(TracingLogger::<RequestSpan>::new())
    };
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    url
}

async fn get(url: &str, path: &str) -> Page {
    Browser::new("test").get(&format!("{url}{path}")).await
}

async fn post(url: &str, path: &str, headers: &[(&str, &str)]) -> Page {
    Browser::new("test")
        .request("POST", &format!("{url}{path}"), headers, Some(&[]))
        .await
}

/// A POST from our own page, with a body in chunks of 64 KiB.
fn chunked(path: &str, bytes: usize) -> Vec<u8> {
    let mut sent =
        format!("POST {path} HTTP/1.1\r\nhost: a\r\norigin: {OURS}\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
    let mut left = bytes;
    while left > 0 {
        let chunk = left.min(64 * 1024);
        sent.extend_from_slice(format!("{chunk:x}\r\n").as_bytes());
        sent.extend(std::iter::repeat_n(b'x', chunk));
        sent.extend_from_slice(b"\r\n");
        left -= chunk;
    }
    sent.extend_from_slice(b"0\r\n\r\n");
    sent
}

fn with_length(path: &str, bytes: usize) -> Vec<u8> {
    let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\norigin: {OURS}\r\ncontent-length: {bytes}\r\n\r\n");
    [head.into_bytes(), vec![b'x'; bytes]].concat()
}

/// The same, and another request after it, which closes the connection.
fn then_another(sent: Vec<u8>) -> Vec<u8> {
    let next = b"GET /problem HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    [sent, next.to_vec()].concat()
}

#[actix_web::test]
async fn a_group_takes_a_body_of_a_mebibyte_beside_one_that_takes_none() {
    let url = start();
    for framed in [chunked, with_length] {
        let received = raw::send(&url, then_another(framed("/upload", MIB)), SOON).await;
        assert_eq!(received.statuses(), [200, 200], "{}", received.text);
        assert!(received.body().starts_with("1048576 bytes"), "{}", received.text);
        let received = raw::send(&url, framed("/upload", MIB + 1), SOON).await;
        assert_eq!(received.statuses(), [413], "{}", received.text);
        assert!(
            received.body().contains("urn:fanpass:problem:body-too-large"),
            "{}",
            received.text
        );
    }
    let received = raw::send(&url, with_length("/page", 1025), SOON).await;
    assert_eq!(received.statuses(), [413]);
    assert!(received.body().contains("<html"), "{}", received.text);
    let received = raw::send(&url, chunked("/page", 10), SOON).await;
    assert_eq!(received.statuses(), [411]);
}

/// What follows a body that was cut is never read as a request.
#[actix_web::test]
async fn nothing_is_smuggled_in_a_chunked_body_that_is_too_long() {
    let url = start();
    let smuggled = "GET /page?canary HTTP/1.1\r\nhost: a\r\n\r\n".repeat(MIB / 16);
    let head = format!("POST /upload HTTP/1.1\r\nhost: a\r\norigin: {OURS}\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = format!("{:x}\r\n{smuggled}\r\n0\r\n\r\n", smuggled.len());
    let received = raw::send(&url, head + &chunk, SOON).await;
    assert_eq!(received.statuses(), [413], "{}", received.text);
    assert!(received.closed_after.is_some());
}

/// The server reads what follows an `Upgrade` to the end of the connection, as a body without a length.
#[actix_web::test]
async fn a_body_that_an_upgrade_makes_endless_is_cut_as_well() {
    let url = start();
    for (path, bytes) in [("/upload", MIB + 1), ("/problem", 1025)] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\norigin: {OURS}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
        );
        let sent = [head.into_bytes(), vec![b'x'; bytes]].concat();
        let received = raw::send(&url, sent, SOON).await;
        assert_eq!(received.statuses(), [413], "{path}: {}", received.text);
    }
}

#[actix_web::test]
async fn a_body_that_does_not_arrive_in_time_is_given_up() {
    let url = start();
    for length in ["content-length: 100", "transfer-encoding: chunked"] {
        let sent = format!("POST /impatient HTTP/1.1\r\nhost: a\r\norigin: {OURS}\r\n{length}\r\n\r\n4\r\nhalf\r\n");
        let received = raw::send(&url, sent, Duration::from_secs(5)).await;
        assert_eq!(received.statuses(), [408], "{}", received.text);
        assert!(
            received.body().contains("urn:fanpass:problem:body-too-slow"),
            "{}",
            received.text
        );
        assert!(
            received.text.contains("connection: close"),
            "{length}: {}",
            received.text
        );
    }
    let whole = raw::send(&url, then_another(with_length("/impatient", 100)), SOON).await;
    assert_eq!(whole.statuses(), [200, 200], "{}", whole.text);
}

#[actix_web::test]
async fn an_error_has_the_format_of_its_group() {
    let url = start();
    for fail in ["ours", "framework", "internal"] {
        let status = match fail {
            "ours" => 404,
            "internal" => 500,
            _ => 400,
        };
        let query = format!("?fail={fail}");
        let problem = get(&url, &format!("/problem{query}")).await;
        assert_eq!(
            (problem.status, problem.header("content-type")),
            (status, Some("application/problem+json"))
        );
        let document: Value = serde_json::from_slice(&problem.body).unwrap();
        assert_eq!(
            document["request_id"].as_str(),
            problem.header("x-request-id"),
            "{document}"
        );
        assert_eq!(document["status"], json!(status));

        let oauth = get(&url, &format!("/oauth{query}")).await;
        let code = if status == 500 {
            "server_error"
        } else {
            "invalid_request"
        };
        assert_eq!(
            (oauth.status, oauth.header("content-type")),
            (status, Some("application/json"))
        );
        assert_eq!(
            serde_json::from_slice::<Value>(&oauth.body).unwrap(),
            json!({ "error": code })
        );
        assert_eq!(
            (oauth.header("cache-control"), oauth.header("pragma")),
            (Some("no-store"), Some("no-cache"))
        );

        let push = get(&url, &format!("/push{query}")).await;
        assert_eq!(
            (push.status, push.header("content-type")),
            (status, Some("text/plain; charset=utf-8"))
        );
        assert_eq!(push.header("x-content-type-options"), Some("nosniff"));

        let bare = get(&url, &format!("/bare{query}")).await;
        assert_eq!(
            (bare.status, bare.header("content-type"), bare.body.len()),
            (status, None, 0)
        );

        let page = get(&url, &format!("/picture{query}")).await;
        assert!(
            page.status == status && page.text().contains("<html"),
            "{}",
            page.text()
        );
        for answer in [problem, oauth, push, bare, page] {
            // A page links to itself in the other language, with its query.
            let text = answer.text().replace(&query, "");
            assert!(
                !text.contains("canary") && !text.contains("framework"),
                "it repeats what failed: {text}"
            );
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        }
    }
}

#[actix_web::test]
async fn no_html_is_in_a_problem_document_or_an_oauth_error() {
    let url = start();
    for path in ["/problem", "/oauth", "/push"] {
        let answer = get(&url, &format!("{path}?fail=framework")).await;
        assert!(!answer.text().contains('<'), "{}", answer.text());
        assert_ne!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    }
}

#[actix_web::test]
async fn framing_headers_are_those_of_the_group() {
    let url = start();
    let header = async |path: &str, name: &str| get(&url, path).await.header(name).map(ToOwned::to_owned);
    for (path, name, expected) in [
        ("/problem", "cross-origin-resource-policy", "same-origin"),
        ("/picture", "cross-origin-resource-policy", "cross-origin"),
        ("/problem", "cross-origin-opener-policy", "same-origin"),
        ("/popup", "cross-origin-opener-policy", "unsafe-none"),
        (
            "/data",
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        assert_eq!(header(path, name).await.as_deref(), Some(expected), "{path}");
    }
    let csp = async |path: &str| header(path, "content-security-policy").await.unwrap();
    assert!(
        csp("/polls")
            .await
            .contains("; connect-src 'self'; form-action 'self';")
    );
    assert!(!csp("/problem").await.contains("connect-src"));
}

#[actix_web::test]
async fn a_form_may_lead_to_the_one_origin_that_its_response_names() {
    let url = start();
    let csp = async |path: &str| {
        get(&url, path)
            .await
            .header("content-security-policy")
            .unwrap()
            .to_owned()
    };
    let named = csp("/leaves?target=https://app.example/cb").await;
    assert!(
        named.contains("; form-action 'self' https://app.example; frame-ancestors"),
        "{named}"
    );
    for path in [
        "/leaves",
        // Not in this group.
        "/polls?target=https://app.example/cb",
        // No origin that a policy may hold.
        "/leaves?target=https://a;script-src",
        "/leaves?target=app:callback",
    ] {
        let csp = csp(path).await;
        assert!(csp.contains("; form-action 'self'; frame-ancestors"), "{path}: {csp}");
    }
}

#[actix_web::test]
async fn an_unsafe_method_needs_our_own_origin_unless_its_group_opts_out() {
    let url = start();
    let sibling = [("origin", "https://shop.fans.example"), ("sec-fetch-site", "same-site")];
    let table: [(&[(&str, &str)], u16); 6] = [
        (&[("origin", OURS)], 200),
        (&[("referer", "https://fans.example/page")], 200),
        (&[("origin", "https://evil.example")], 403),
        (&sibling, 403),
        (&[("origin", OURS), ("sec-fetch-site", "same-site")], 403),
        (&[], 403),
    ];
    for (headers, status) in table {
        for path in ["/page", "/problem", "/oauth", "/push", "/bare", "/%70age"] {
            assert_eq!(post(&url, path, headers).await.status, status, "{path}: {headers:?}");
        }
        assert_eq!(post(&url, "/opted-out", headers).await.status, 200, "{headers:?}");
    }
    let refused = post(&url, "/problem", &sibling).await;
    let problem: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(problem["type"], "urn:fanpass:problem:forbidden-origin");
    assert_eq!(
        serde_json::from_slice::<Value>(&post(&url, "/oauth", &sibling).await.body).unwrap(),
        json!({ "error": "invalid_request" })
    );
}

/// A request that nothing would serve is refused for that, wherever it comes from.
#[actix_web::test]
async fn a_foreign_request_that_no_route_takes_is_404_or_405() {
    let url = start();
    let evil = [("origin", "https://evil.example")];
    assert_eq!(post(&url, "/nothing", &evil).await.status, 404);
    let browser = Browser::new("test");
    let refused = browser.request("DELETE", &format!("{url}/page"), &evil, None).await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("POST")));
    // The handler takes every method; only the policy does not.
    assert_eq!(get(&url, "/page").await.status, 405);
}

#[actix_web::test]
async fn cookies_reach_only_the_groups_that_take_them() {
    let url = start();
    let ours = "__Host-fanpass_session=sealed";
    let sent = async |path: &str, cookie: &str| {
        let line = format!("cookie: {cookie}").into_bytes();
        raw::get(&url, path, &[&line]).await.body().to_owned()
    };
    assert!(
        sent("/problem", &format!("a=b; {ours}"))
            .await
            .ends_with(&format!("cookies: {ours}"))
    );
    for injected in [ours, "a=b", "=", "__Host-fanpass_session=a; __Host-fanpass_session=b"] {
        assert!(
            sent("/no-cookies", injected).await.ends_with("cookies: none"),
            "{injected}"
        );
    }
}

#[actix_web::test]
async fn a_limit_per_ip_holds_in_its_group_and_is_answered_in_its_format() {
    let url = start();
    assert_eq!(get(&url, "/limited").await.status, 200);
    for spelt in ["/limited", "/%6Cimited"] {
        let refused = get(&url, spelt).await;
        assert_eq!(
            (refused.status, refused.header("retry-after").is_some()),
            (429, true),
            "{spelt}"
        );
        let error: Value = serde_json::from_slice(&refused.body).unwrap();
        assert_eq!(error, json!({ "error": "temporarily_unavailable" }));
    }
    assert_eq!(get(&url, "/problem").await.status, 200);
}
