//! A stand-in for the WeChat platform, for development, demos, tests and load.
//!
//! It is a small platform of its own, not a mirror of this crate's client: nothing of ours is imported here, so that it can prove
//! our client right or wrong, and any other SDK can be pointed at it by its base address. What it answers follows the platform's
//! documentation of 网页授权 (web-page authorization):
//!
//! | address | is |
//! |---|---|
//! | `GET /connect/oauth2/authorize` | step 1, with the strict order of parameters, the error pages, and a page to choose a fan and to agree, decline or be a snapshot fan |
//! | `GET /sns/oauth2/access_token`, `/sns/oauth2/refresh_token`, `/sns/userinfo`, `/sns/auth` | steps 2, 3, 4 and the check of a token: `text/plain` without a charset, slashes escaped, the platform's codes and texts |
//! | `POST /cgi-bin/stable_token` | the account's token, the same as long as it lasts; nothing asks for it yet |
//! | `GET /mmopen/vi_32/<id>/<size>` | the fans' pictures |
//! | `GET /` | which fan this browser is, the faults in force, the control API in short |
//! | `/sandbox/…` | the control API |
//!
//! # Where the documentation leaves room
//!
//! * A code that nobody spent answers 42003 from the fifth minute on, and 40029 once the sandbox has forgotten it (an hour later).
//!   A spent one answers 40163.
//! * A refresh hands out a new access token and the same refresh token, or a new one when `rotate_refresh_tokens` is on. Access
//!   tokens handed out before go on to their own end.
//! * A `state` that is present but empty is error 10013; no `state` at all is allowed. A `state` that breaks the rule (letters and
//!   digits, 128 bytes) and parameters out of order give 该链接无法访问. The fragment `#wechat_redirect` never reaches a server, so it
//!   is not checked.
//! * `snsapi_userinfo` always asks: the silent consents of followers and of the last days are not imitated.
//! * Error pages are answered with status 200, as the platform does for business errors; the header `sandbox-error` carries the
//!   number for programs.
//!
//! # Control API
//!
//! JSON in, JSON out. A faulty request answers 400 or 404 with `{"title", "status", "detail"}`.
//!
//! | request | does |
//! |---|---|
//! | `GET /sandbox/fans` | lists the fans (`?limit=`, 1000 by default) |
//! | `POST /sandbox/fans` `{"nickname", "unionid"?, "headimgurl"?, "openid"?, "count"?}` | makes a fan; `"unionid": true` makes one up; `count` makes many with numbered names and answers their openids |
//! | `GET`, `PATCH /sandbox/fans/{openid}` `{"nickname"?, "unionid"?, "headimgurl"?, "new_avatar"?}` | shows, changes a fan; `new_avatar` kills the old picture's address |
//! | `POST /sandbox/fans/{openid}/expire` `{"access"?, "refresh"?, "password_changed"?}` | ends the tokens handed out so far: 42001, 42002, or 42007 for both |
//! | `POST /sandbox/codes` `{"fan": openid or nickname, "scope", "snapshot"?}` | mints a code without the authorize page |
//! | `GET /sandbox/faults`, `PUT /sandbox/faults/{endpoint}`, `DELETE /sandbox/faults[/{endpoint}]` | faults, see [below](#faults) |
//! | `GET`, `DELETE /sandbox/requests` | what arrived: counters, answers by errcode, exchanges by code (`?code=` for one), the last requests |
//! | `GET`, `POST /sandbox/clock` `{"advance_seconds"}` | the sandbox's time, also in the header `Date` of the platform's endpoints |
//! | `GET`, `PATCH /sandbox/settings` `{"require_wechat_browser"?, "callback_hosts"?, "allow_loopback"?, "scopes"?, "rotate_refresh_tokens"?}` | the account's settings |
//!
//! # Faults
//!
//! An endpoint is `authorize`, `access_token`, `refresh_token`, `userinfo`, `auth` or `stable_token`. A fault, or a list of them
//! played one after the other, each with an optional `times` (then it is gone) and an optional `delay_ms`:
//!
//! | fault | the request |
//! |---|---|
//! | `{"kind":"delay","ms":800}` | is handled, later |
//! | `{"kind":"errcode","errcode":-1,"errmsg"?}` | is not handled: a code stays unspent |
//! | `{"kind":"cut","at"?}` | `"body"` (default): is handled, the connection closes in mid-answer; `"start"`: not handled, closes before the first byte |
//! | `{"kind":"garbage","body":…}` | is handled, the answer is spoilt: `html`, `empty`, `huge` (20 MB, chunked), `invalid_utf8`, `not_json`, `no_openid`, `other_openid` |
//! | `{"kind":"down"}` | is not handled: 502 with an HTML page |
//! | `{"kind":"hang","at"?}` | is not handled: `"start"` (default) never answers, `"body"` sends headers, then nothing |

mod authorize;
mod avatars;
mod cgi;
mod chance;
mod clock;
mod control;
mod errors;
mod fans;
mod faults;
mod grant;
mod grants;
mod home;
mod journal;
mod link;
mod pages;
mod platform;
mod routes;
mod rules;
mod seeds;
mod shelf;
mod sns;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, web};
use secrecy::SecretString;
use url::Url;

use platform::Platform;

/// Seconds that a stop waits for answers under way; a hanging fault must not hold it up.
const SHUTDOWN_SECONDS: u64 = 1;

/// What the one account of a sandbox is.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// The account's AppID.
    pub app_id: String,
    /// The account's AppSecret.
    pub app_secret: SecretString,
    /// Hosts allowed in `redirect_uri` (the console's 网页授权域名), each `host` or `host/path`. Loopback hosts are allowed besides.
    pub callback_hosts: Vec<String>,
    /// Worker threads of its server; 0 counts as 1.
    pub workers: usize,
    /// The address under which browsers reach it, where that is not the listener's own.
    pub public_url: Option<Url>,
}

/// A sandbox that listens; it serves once [`Sandbox::run`] is awaited or spawned.
pub struct Sandbox {
    url: Url,
    server: Server,
}

impl Sandbox {
    /// Takes over the listener. Call it inside an actix or tokio runtime.
    ///
    /// # Errors
    ///
    /// When the listener has no address, the system no randomness, or a built-in page does not parse.
    pub fn start(config: SandboxConfig, listener: TcpListener) -> io::Result<Sandbox> {
        let own = address(listener.local_addr()?)?;
        let url = config.public_url.clone().unwrap_or(own);
        let workers = config.workers.max(1);
        let platform = web::Data::from(Arc::new(Platform::new(config, url.clone())?));
        let server = HttpServer::new(move || App::new().app_data(platform.clone()).configure(routes::configure))
            .workers(workers)
            .disable_signals()
            .shutdown_timeout(SHUTDOWN_SECONDS)
            .listen(listener)?
            .run();
        Ok(Sandbox { url, server })
    }

    /// The address to open and to point SDKs at, with a slash at its end.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The handle that stops it.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until its handle stops it.
    ///
    /// # Errors
    ///
    /// When the server cannot accept connections.
    pub async fn run(self) -> io::Result<()> {
        self.server.await
    }
}

/// A listener on all interfaces is reached by loopback.
fn address(bound: SocketAddr) -> io::Result<Url> {
    let ip = if bound.ip().is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        bound.ip()
    };
    let origin = format!("http://{}/", SocketAddr::new(ip, bound.port()));
    Url::parse(&origin).map_err(io::Error::other)
}

/// A panic elsewhere must not silence the sandbox: its maps stay consistent after every statement.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
