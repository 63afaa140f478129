//! Cookies of neighbours, look-alikes and namesakes.

use crate::support::{Browser, TestApp, raw};

const SESSION: &str = "fanpass_session";

struct SignedIn {
    app: TestApp,
    browser: Browser,
}

impl SignedIn {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let fan = app.platform.fan("小雨").await;
        let browser = app.registered(&fan).await;
        Self { app, browser }
    }

    fn session(&self) -> String {
        format!("{SESSION}={}", self.browser.cookie(SESSION).unwrap())
    }

    /// Whether the index page is that of a fan, for a request with these header lines.
    async fn is_recognised(&self, lines: &[&[u8]]) -> bool {
        let received = raw::get(&self.app.url, "/", lines).await;
        match received.statuses()[..] {
            [200] => received.text.contains("小雨"),
            [303] => false,
            _ => panic!("{}", received.text),
        }
    }
}

#[actix_web::test]
async fn a_neighbours_broken_cookie_does_no_harm() {
    let site = SignedIn::start().await;
    let session = site.session();
    let neighbours: [&[u8]; 8] = [
        b"a=\xff\xfe",
        b"\xc3",
        b"nameless",
        b"=",
        b"a=%ff",
        b"%ff=a",
        b"\"",
        b";;;",
    ];
    for neighbour in neighbours {
        let before = [b"cookie: ", neighbour, b"; ", session.as_bytes()].concat();
        let after = [b"cookie: ", session.as_bytes(), b"; ", neighbour].concat();
        let (alone, ours) = (
            [b"cookie: ", neighbour].concat(),
            [b"cookie: ", session.as_bytes()].concat(),
        );
        for lines in [&[&before[..]][..], &[&after], &[&alone, &ours], &[&ours, &alone]] {
            assert!(site.is_recognised(lines).await, "{neighbour:?}");
        }
    }
}

#[actix_web::test]
async fn a_lookalike_of_our_cookie_is_not_ours() {
    let site = SignedIn::start().await;
    let value = site.browser.cookie(SESSION).unwrap();
    let names = [
        "%66anpass_session",
        "fanpass%5Fsession",
        "Fanpass_session",
        "\u{a0}fanpass_session",
        "fanpass_session\u{a0}",
        "\u{3000}fanpass_session",
        "fanpass_session ",
        "__Host-fanpass_session",
    ];
    for name in names {
        let line = format!("cookie: {name}={value}");
        assert!(!site.is_recognised(&[line.as_bytes()]).await, "{name:?}");
    }
}

#[actix_web::test]
async fn of_two_cookies_of_our_name_the_valid_one_wins() {
    let site = SignedIn::start().await;
    let session = site.session();
    for forged in ["", "x", "%ff", "%", &session[session.len() - 40..]] {
        let forged = format!("{SESSION}={forged}");
        for line in [
            format!("cookie: {forged}; {session}"),
            format!("cookie: {session}; {forged}"),
        ] {
            assert!(site.is_recognised(&[line.as_bytes()]).await, "{line}");
        }
    }
}

#[actix_web::test]
async fn of_two_sessions_of_ours_the_live_one_wins() {
    let site = SignedIn::start().await;
    let ended = site.session();
    site.app.clock.advance(3700);
    let fan = site.app.platform.fan("小雨").await;
    site.app.register(&site.browser, &fan, "/").await;
    let live = site.session();
    for line in [format!("cookie: {ended}; {live}"), format!("cookie: {live}; {ended}")] {
        assert!(site.is_recognised(&[line.as_bytes()]).await, "{line}");
    }
    assert!(!site.is_recognised(&[format!("cookie: {ended}").as_bytes()]).await);
}

#[actix_web::test]
async fn a_pending_login_is_found_among_any_neighbours() {
    let app = TestApp::start().await;
    let (fan, browser) = (app.platform.fan("小雨").await, app.browser());
    let callback = app.consent(&browser, &fan, "/", "agree").await;
    let (name, value) = browser
        .cookie_header()
        .split("; ")
        .find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.starts_with("fanpass_login_")
                .then(|| (name.to_owned(), value.to_owned()))
        })
        .unwrap();
    let lines = [
        b"cookie: a=\xff; nameless; ",
        format!("{name}=forged; {name}={value}; {name}=").as_bytes(),
    ]
    .concat();
    let path = callback.trim_start_matches(&app.url);
    let received = raw::get(&app.url, path, &[&lines]).await;
    assert!(
        received.statuses() == [303] && received.text.contains(SESSION),
        "{}",
        received.text
    );
}

#[actix_web::test]
async fn very_many_cookies_of_our_names_are_borne() {
    let site = SignedIn::start().await;
    let session = site.session();
    let litter: String = (0..600)
        .map(|number| format!("fanpass_login_{number:016x}=x; {SESSION}=x; "))
        .collect();
    let line = format!("cookie: {litter}{session}");
    assert!(line.len() > 30_000 && site.is_recognised(&[line.as_bytes()]).await);
    let received = raw::get(&site.app.url, "/register", &[line.as_bytes()]).await;
    let taken = received.text.matches("Max-Age=0").count();
    assert!(
        received.statuses() == [303] && (1..=20).contains(&taken),
        "{taken} cookies are taken away"
    );
}
