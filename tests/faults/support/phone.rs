//! A fan's phone: cookies, and what a fan does with a response.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{
    front::Front,
    http::{Broken, Response},
    page::{Step, read},
    scene::Scene,
};

const USER_AGENT: &str = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.31 Language/zh_CN";

/// The time that a fan takes to tap.
const THUMB: Duration = Duration::from_millis(300);

/// Requests of one login at most; more are a loop.
const MOST_STEPS: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A registration, with the fan's consent.
    Registration,
    /// A silent login of a fan whose registration succeeded.
    Return,
    /// A silent login of somebody who never registered.
    Visit,
}

/// What a fan saw besides redirects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// A page with this status.
    Page(u16),
    /// The connection broke, or nobody took it.
    Broken,
    /// Something that the design does not know.
    Wrong(String),
}

/// How a login ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    SignedIn,
    AtThePrompt,
    /// On an error page or without a page: not signed in for now.
    Stranded,
}

/// One login, from the first tap to its end.
pub struct Login {
    pub kind: Kind,
    pub openid: String,
    pub began: Instant,
    pub ended: Instant,
    pub seen: Vec<Seen>,
    pub slowest: Duration,
    pub end: End,
    /// The callback whose page asked to be loaded again.
    pub unfinished: Option<String>,
    pub phone: Phone,
    /// How often this fan tries again without being asked to.
    patience: usize,
}

/// A browser inside WeChat.
#[derive(Clone, Default)]
pub struct Phone {
    jar: BTreeMap<String, String>,
}

impl Login {
    pub fn new(kind: Kind, openid: String, patience: usize) -> Self {
        Self {
            kind,
            openid,
            began: Instant::now(),
            ended: Instant::now(),
            seen: Vec::new(),
            slowest: Duration::ZERO,
            end: End::Stranded,
            unfinished: None,
            phone: Phone::default(),
            patience,
        }
    }

    /// Logs in through `front`.
    pub async fn run(mut self, scene: &Scene, front: &Front) -> Self {
        self.follow(scene, front, self.first_path().to_owned()).await;
        self.ended = Instant::now();
        self
    }

    /// The same phone, at the page that asked to be loaded again.
    pub fn at(&self, path: String) -> Self {
        Self {
            unfinished: Some(path),
            phone: self.phone.clone(),
            ..Self::new(self.kind, self.openid.clone(), 0)
        }
    }

    /// Loads that page again.
    pub async fn reload(mut self, scene: &Scene) -> Self {
        if let Some(path) = self.unfinished.take() {
            self.follow(scene, &scene.front, path).await;
        }
        self
    }

    fn first_path(&self) -> &'static str {
        match self.kind {
            Kind::Registration => "/register",
            Kind::Return | Kind::Visit => "/login",
        }
    }

    async fn follow(&mut self, scene: &Scene, front: &Front, mut path: String) {
        for _ in 0..MOST_STEPS {
            match self.open(front, &path).await {
                Ok(Step::Authorize { state }) => {
                    let scope = if self.kind == Kind::Registration {
                        "snsapi_userinfo"
                    } else {
                        "snsapi_base"
                    };
                    let code = scene.sandbox.code(&self.openid, scope).await;
                    path = format!("/wechat/callback?code={code}&state={state}");
                }
                Ok(Step::SignedIn) => return self.end = End::SignedIn,
                Ok(Step::Welcome) => return self.end = End::AtThePrompt,
                Ok(Step::Page { status, reload }) => {
                    self.seen.push(Seen::Page(status));
                    self.unfinished = reload.then(|| path.clone());
                    if self.patience == 0 {
                        return;
                    }
                    self.patience -= 1;
                    tokio::time::sleep(THUMB).await;
                    if !reload {
                        self.first_path().clone_into(&mut path);
                    }
                }
                Ok(Step::Odd(what)) => return self.seen.push(Seen::Wrong(what)),
                Err(broken) => {
                    self.seen.push(match broken {
                        Broken::Closed | Broken::Refused | Broken::Unread => Seen::Broken,
                        Broken::Late => Seen::Wrong("no response in half a minute".to_owned()),
                        Broken::Garbled(what) => Seen::Wrong(what),
                    });
                    if self.patience == 0 {
                        return;
                    }
                    self.patience -= 1;
                    tokio::time::sleep(THUMB).await;
                }
            }
        }
        self.seen.push(Seen::Wrong("a loop".to_owned()));
    }

    async fn open(&mut self, front: &Front, path: &str) -> Result<Step, Broken> {
        let sent = Instant::now();
        let response = self.phone.get(front, path).await;
        self.slowest = self.slowest.max(sent.elapsed());
        Ok(read(&response?))
    }
}

impl Phone {
    /// Opens a page and does not follow where it leads.
    pub async fn get(&mut self, front: &Front, path: &str) -> Result<Response, Broken> {
        self.send(front, "GET", path, "").await
    }

    /// Sends a form of one of the site's own pages.
    pub async fn post(&mut self, front: &Front, path: &str, site: &str) -> Result<Response, Broken> {
        self.send(front, "POST", path, &format!("Origin: {site}\r\n")).await
    }

    async fn send(&mut self, front: &Front, method: &str, path: &str, more: &str) -> Result<Response, Broken> {
        let pairs: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = match pairs.is_empty() {
            true => String::new(),
            false => format!("Cookie: {}\r\n", pairs.join("; ")),
        };
        let headers = format!("User-Agent: {USER_AGENT}\r\n{cookies}{more}");
        let response = front.send(method, path, &headers).await?;
        self.keep_cookies(&response);
        Ok(response)
    }

    fn keep_cookies(&mut self, response: &Response) {
        for cookie in response.headers("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if value.is_empty() || attributes.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
