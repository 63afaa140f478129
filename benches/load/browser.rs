//! A fan's browser: follows a login from its beginning to its end.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::http::{Connection, Response};

pub struct Browser {
    site: Connection,
    sandbox: Connection,
}

/// An unexpected response.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the connection broke: {0}")]
    Connection(#[from] io::Error),
    #[error("{what} answered {status}")]
    Status { what: &'static str, status: u16 },
}

/// A session, as the value of a `Cookie` header, and how long the site took for it. The platform's part is not in it.
pub struct SignedIn {
    pub session: String,
    pub took: Duration,
}

impl Browser {
    pub fn open(site: SocketAddr, sandbox: SocketAddr) -> Result<Self, Fault> {
        Ok(Self {
            site: Connection::open(site)?,
            sandbox: Connection::open(sandbox)?,
        })
    }

    /// A silent login of a fan whom the sandbox knows.
    pub fn log_in(&mut self, openid: &str) -> Result<SignedIn, Fault> {
        self.sign_in("/", |sandbox, link| sandbox.get(link, &format!("sandbox_fan={openid}")))
    }

    /// A registration of a new fan.
    pub fn register(&mut self, nickname: &str) -> Result<SignedIn, Fault> {
        let form = format!("nickname={nickname}&decision=agree");
        self.sign_in("/register?next=%2F", |sandbox, link| {
            sandbox.send_body("POST", link, "application/x-www-form-urlencoded", &form)
        })
    }

    /// The index page.
    pub fn page(&mut self, session: &str) -> Result<Vec<u8>, Fault> {
        let response = expect("the page", 200, self.site.get("/", session)?)?;
        Ok(response.body)
    }

    fn sign_in(
        &mut self,
        begin: &str,
        authorize: impl FnOnce(&mut Connection, &str) -> io::Result<Response>,
    ) -> Result<SignedIn, Fault> {
        let began = Instant::now();
        let begun = expect("the beginning of a login", 303, self.site.get(begin, "")?)?;
        let mut took = began.elapsed();
        let authorized = expect(
            "the authorize page",
            302,
            authorize(&mut self.sandbox, local(&begun.location))?,
        )?;
        let cookies = cookie_header(&begun);
        let came_back = Instant::now();
        let done = expect(
            "the callback",
            303,
            self.site.get(local(&authorized.location), &cookies)?,
        )?;
        took += came_back.elapsed();
        let session = cookie_header(&done);
        // An unknown visitor is sent to the prompt. Only a sign-in counts.
        if done.location != "/" || session.is_empty() {
            return Err(Fault::Status {
                what: "the callback, without a session,",
                status: done.status,
            });
        }
        Ok(SignedIn { session, took })
    }
}

fn expect(what: &'static str, status: u16, response: Response) -> Result<Response, Fault> {
    if response.status == status {
        Ok(response)
    } else {
        Err(Fault::Status {
            what,
            status: response.status,
        })
    }
}

/// Path and query of a URL.
fn local(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let target = rest.find('/').map_or("/", |start| &rest[start..]);
    target.split('#').next().unwrap_or_default()
}

/// The cookies that a response set, without those that it removed.
fn cookie_header(response: &Response) -> String {
    let kept = response.cookies.iter().filter(|(_, value)| !value.is_empty());
    kept.map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("; ")
}
