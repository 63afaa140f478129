//! Whatever `next` is, the path that comes out of it leads a browser to a page of this site that is no part of a login.
//!
//! The browser is ada, a WHATWG URL parser that shares nothing with the one inside (it is Node's).

use actix_web::{
    dev::{ResourceDef, Url as RoutedUrl},
    http::{Uri, header::HeaderValue},
};
use fanpass::domain::NextPath;

const SITES: [(&str, &str); 2] = [
    (
        "https://site.example",
        "https://site.example/wechat/callback?code=c&state=s",
    ),
    ("http://localhost:8080", "http://localhost:8080/login?next=/a"),
];

const LOGIN_ROUTES: [&str; 6] = [
    "/login",
    "/register",
    "/welcome",
    "/wechat/callback",
    "/logout",
    "/signed-out",
];

/// `data` as an already decoded `next`, and as it stands in a query.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    holds(&NextPath::parse(&text), &text);
    let query: String = text
        .chars()
        .filter(|character| !matches!(character, '&' | '#'))
        .collect();
    holds(&NextPath::from_query(&format!("next={query}")), &text);
}

fn holds(next: &NextPath, given: &str) {
    let emitted = next.as_str();
    let mut bytes = emitted.bytes();
    assert!(
        bytes.next() == Some(b'/') && bytes.next() != Some(b'/'),
        "{given:?} became {emitted:?}"
    );
    assert!(emitted.len() <= NextPath::MAX_LEN && emitted.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(HeaderValue::from_str(emitted).is_ok());
    assert_eq!(
        NextPath::parse(emitted).as_str(),
        emitted,
        "a second parsing of {given:?} differs"
    );
    for (origin, at) in SITES {
        let arrived = ada_url::Url::parse(emitted, Some(at)).expect("a browser goes somewhere");
        assert_eq!(arrived.origin(), origin, "{given:?} became {emitted:?}");
        assert!(!arrived.has_credentials(), "{given:?} became {emitted:?}");
        assert_eq!(
            arrived.href(),
            format!("{origin}{emitted}"),
            "a browser reads {emitted:?} differently"
        );
        assert_no_login_route(arrived.pathname(), given);
    }
}

/// As the server will see the path that the browser asks for.
fn assert_no_login_route(path: &str, given: &str) {
    let routed = RoutedUrl::new(path.parse::<Uri>().expect("a path that the server can read"));
    for route in LOGIN_ROUTES {
        assert!(
            !ResourceDef::new(route).is_match(routed.path()),
            "{given:?} leads to {route} by {path:?}"
        );
    }
}
