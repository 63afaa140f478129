//! Our own cookies are found among any others, and no other is taken for one of ours.

use actix_session::Session;
use actix_web::{
    App, HttpRequest, HttpResponse, Responder,
    body::to_bytes,
    dev::{Service, ServiceRequest},
    http::header::HeaderValue,
    middleware::{Next, from_fn},
    rt::System,
    test, web,
};
use fanpass::{
    domain::{AppId, Clock, FanId, LoginState, NextPath, OpenId, Random, SessionGeneration},
    http::{
        cookies::{language::LanguageCookie, own::OwnCookies, raw::raw_cookies, session::SessionCookie},
        session::{begin_session, signed_in},
    },
    services::{
        login::AuthenticatedFan,
        login::{LoginLoopGuard, LoginRequest, PendingLogins, SentCookie},
        sessions::RevocationList,
        sessions::Sessions,
    },
    settings::{SessionKey, SessionKeys},
};

/// The cookies of a browser in which somebody is signed in and a login is pending, and a server that says who it sees.
struct Site {
    ours: [String; 2],
    fan: String,
    see: Box<See>,
}

/// What the server says to `Cookie` lines.
type See = dyn Fn(&[&[u8]]) -> String;

thread_local! {
    // Leaked: a thread that ends drops the runtime before the site that needs it.
    static SITE: &'static Site = Box::leak(Box::new(open_site()));
}

/// `data` as the cookies of a neighbour: alone, around ours, and in a header line of its own.
pub fn check(data: &[u8]) {
    let (before, after) = data.split_at(data.len() / 2);
    if [data, before, after]
        .iter()
        .any(|bytes| HeaderValue::from_bytes(bytes).is_err())
    {
        // The server refuses such a header before anybody sees it.
        return;
    }
    SITE.with(|site| {
        let [session, login] = &site.ours;
        assert_eq!((site.see)(&[data]), "nobody, nothing pending");
        let both = format!("{} and a pending login", site.fan);
        let around = [before, b"; ", session.as_bytes(), b"; ", login.as_bytes(), b";", after].concat();
        assert_eq!((site.see)(&[&around]), both);
        assert_eq!((site.see)(&[data, session.as_bytes(), login.as_bytes()]), both);
        let namesake = |ours: &str| {
            let (name, _) = ours.split_once('=').unwrap();
            let forged = |value: &[u8]| [name.as_bytes(), b"=", value, b"; "].concat();
            [forged(before), ours.as_bytes().to_vec(), b";".to_vec(), forged(after)].concat()
        };
        assert_eq!(
            (site.see)(&[&namesake(session)]),
            format!("{}, nothing pending", site.fan)
        );
        assert_eq!((site.see)(&[&namesake(login)]), "nobody and a pending login");
        let lookalikes = [
            session.replacen('_', "%5F", 1 + data.len() % 3),
            format!("\u{a0}{session}"),
            session.replacen('H', "h", 1),
        ];
        for lookalike in lookalikes {
            let line = [before, b";", lookalike.as_bytes()].concat();
            assert_eq!((site.see)(&[&line]), "nobody, nothing pending", "{lookalike}");
        }
    });
}

fn open_site() -> Site {
    let (clock, random, key) = (
        Clock::system(),
        Random::system(),
        SessionKeys::from(SessionKey::new([7; 64])),
    );
    let app_id = AppId::parse("wx0000000000000001").unwrap();
    let known = RevocationList::default();
    known.complete();
    let sessions = Sessions::new(app_id.clone(), clock.clone(), random.clone(), 3600, known);
    let cookie = SessionCookie::new(&key, &app_id, sessions.clone(), true);
    let logins = PendingLogins::new(&key, &app_id, clock.clone(), random.clone(), true);
    let loop_guard = LoginLoopGuard::new(&key, &app_id, clock.clone(), random.clone(), true);
    let (pending, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &[]).unwrap();
    let login = changes
        .into_iter()
        .find_map(|change| Some(format!("{}={}", change.name, change.value?.0)))
        .unwrap();
    let fan = FanId::generate(&clock, &random);
    let see = serve(cookie, (logins, loop_guard), sessions, pending.state, fan);
    // The server makes the session's cookie itself: `Cookie` in, `Set-Cookie` out.
    let session = see(&[b"begin"]);
    Site {
        ours: [session, login],
        fan: fan.to_string(),
        see: Box::new(see),
    }
}

/// What the server says to these `Cookie` lines. To the line `begin` it begins a session and returns its cookie.
fn serve(
    cookie: SessionCookie,
    (logins, loop_guard): (PendingLogins, LoginLoopGuard),
    sessions: Sessions,
    pending: LoginState,
    fan: FanId,
) -> impl Fn(&[&[u8]]) -> String {
    let system = System::new();
    let own = OwnCookies::new(cookie.clone(), logins.clone(), loop_guard, LanguageCookie::new(false));
    let begin = {
        let sessions = sessions.clone();
        move |session: Session| {
            let (id, openid) = (fan, OpenId::parse("oMadeUp").unwrap());
            let generation = SessionGeneration::default();
            let sign_in = sessions.begin(AuthenticatedFan { id, openid, generation });
            begin_session(&session, &sign_in).unwrap();
            async { HttpResponse::Ok().finish() }
        }
    };
    let see = move |request: HttpRequest, session: Session| {
        let fan = signed_in(&session, &sessions).unwrap();
        let fan = fan.map_or("nobody".to_owned(), |sign_in| sign_in.fan_id.to_string());
        let sent = raw_cookies(request.headers()).map(|(name, value)| SentCookie {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        let word = match logins.find(&pending, &sent.collect::<Vec<_>>()) {
            Some(_) => " and a pending login",
            None => ", nothing pending",
        };
        let said = format!("{fan}{word}");
        async move { said.customize() }
    };
    let app = App::new()
        .route("/begin", web::to(begin))
        .default_service(web::to(see))
        .wrap(cookie.middleware(3600))
        .wrap(from_fn(move |mut request: ServiceRequest, next: Next<_>| {
            own.keep_only(request.headers_mut());
            async move { next.call(request).await }
        }));
    let app = system.block_on(test::init_service(app));
    move |lines| {
        let begins = lines == [b"begin"];
        let mut request = test::TestRequest::with_uri(if begins { "/begin" } else { "/" });
        for line in lines {
            request = request.append_header(("cookie", HeaderValue::from_bytes(line).unwrap()));
        }
        system.block_on(async {
            let response = app.call(request.to_request()).await.unwrap();
            if begins {
                let cookie = response.headers().get("set-cookie").unwrap().to_str().unwrap();
                return cookie.split(';').next().unwrap().to_owned();
            }
            let body = to_bytes(response.into_body()).await.ok().unwrap();
            String::from_utf8(body.to_vec()).unwrap()
        })
    }
}
