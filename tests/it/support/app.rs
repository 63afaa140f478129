//! The application of a test, and verbs on it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use fanpass::{
    domain::{Clock, Random},
    startup::{Application, HostedAccount, Reserved},
};
use serde_json::{Value, json};

use super::{
    Browser, Page, WECHAT,
    backends::{Backends, random},
    configured::Configured,
    parameter,
    platform::{APP_ID, APP_SECRET, Platform},
    rows::{self, Row},
};

const SESSION_KEY_DIGITS: &str = "0123456789abcdef";

/// What a test's application is started with.
pub struct TestAppBuilder {
    variables: BTreeMap<String, String>,
    directory: PathBuf,
    clock: Clock,
}

/// A running application, as one of its accounts.
pub struct TestApp {
    pub app_id: String,
    pub url: String,
    pub ops_url: String,
    /// Where the operator's own systems call, if one of them has a key.
    pub internal_url: Option<String>,
    pub clock: Clock,
    pub platform: Rc<Platform>,
    pub backends: Rc<Backends>,
    variables: BTreeMap<String, String>,
    directory: PathBuf,
}

impl TestAppBuilder {
    /// Sets a setting, e.g. `fans.refresh_after_days`.
    pub fn set(mut self, key: &str, value: &str) -> Self {
        let variable = format!("FANPASS__{}", key.to_uppercase().replace('.', "__"));
        self.variables.insert(variable, value.to_owned());
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Where `config/` lies; a folder without one unless set.
    pub fn directory(mut self, directory: &Path) -> Self {
        self.directory = directory.to_owned();
        self
    }

    /// Its clock, the system's unless set.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// As [`TestApp::two_accounts`].
    pub async fn start_two_accounts(self, second: &str) -> [TestApp; 2] {
        let TestAppBuilder {
            variables,
            directory,
            clock,
        } = self;
        let backends = Rc::new(Backends::create());
        let (mut apps, mut hosted, mut process) = (Vec::new(), Vec::new(), None);
        for app_id in [APP_ID, second] {
            let mut variables = variables.clone();
            variables.insert("WECHAT_APP_ID".to_owned(), app_id.to_owned());
            let platform = Rc::new(Platform::of_account(app_id));
            let configured = Configured::new(variables, &directory, &platform, &backends);
            hosted.push(HostedAccount {
                settings: configured.settings.account(),
                listener: configured.listeners.public,
                internal: configured.listeners.internal,
            });
            let first = (configured.settings.process(), configured.listeners.ops);
            let (_, ops) = process.get_or_insert(first);
            apps.push(TestApp {
                app_id: app_id.to_owned(),
                url: configured.url,
                ops_url: format!("http://{}", ops.local_addr().unwrap()),
                internal_url: internal_url(hosted.last().unwrap().internal.as_ref()),
                clock: clock.clone(),
                platform,
                backends: Rc::clone(&backends),
                variables: configured.variables,
                directory: directory.clone(),
            });
        }
        let (process, ops) = process.unwrap();
        let application = Application::build_for_accounts(process, hosted, ops, clock, Random::system());
        actix_web::rt::spawn(application.await.unwrap().run());
        apps.try_into().unwrap_or_else(|_| panic!("two were made"))
    }

    pub async fn start(self) -> TestApp {
        let (platform, backends) = (Rc::new(Platform::start()), Rc::new(Backends::create()));
        TestApp::start_on(self.variables, self.directory, platform, backends, self.clock).await
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with().start().await
    }

    /// A Redis that the tests may use; none on `memory`.
    pub fn redis_url() -> Option<String> {
        Backends::redis_url()
    }

    pub fn with() -> TestAppBuilder {
        let prefix = format!("it-{}", uuid::Uuid::from_bytes(random()).simple());
        let variables = [
            ("FANPASS_ENV", "test"),
            ("FANPASS__SERVER__PORT", "0"),
            ("FANPASS__SERVER__WORKERS", "2"),
            ("FANPASS__SERVER__SHUTDOWN_TIMEOUT", "1"),
            ("FANPASS__OPS__PORT", "0"),
            ("FANPASS__INTERNAL__PORT", "0"),
            ("FANPASS__SITE__NAME", "示例公众号"),
            ("FANPASS__SITE__PRIVACY_URL", "https://fans.example/privacy"),
            ("FANPASS__CACHE__KEY_PREFIX", &prefix),
            ("FANPASS__DATABASE__POOL_SIZE", "4"),
            ("WECHAT_APP_ID", APP_ID),
            ("WECHAT_APP_SECRET", APP_SECRET),
            ("SESSION_KEY", &SESSION_KEY_DIGITS.repeat(8)),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let directory = std::env::temp_dir().join("fanpass-it-empty");
        TestAppBuilder {
            variables: variables.into(),
            directory,
            clock: Clock::system(),
        }
    }

    /// Another process of the same deployment, as far as that goes within one: it shares the database and the cache
    /// server, and nothing else.
    pub async fn replica(&self) -> Self {
        self.start_beside(self.variables.clone()).await
    }

    /// Another process of the same deployment whose environment differs in these variables.
    pub async fn replica_with(&self, variables: &[(&str, &str)]) -> Self {
        let mut own = self.variables.clone();
        own.extend(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.start_beside(own).await
    }

    /// A deployment of another account that was given the same secrets, database, cache server and platform.
    pub async fn neighbour(&self, app_id: &str) -> Self {
        let mut variables = self.variables.clone();
        variables.insert("WECHAT_APP_ID".to_owned(), app_id.to_owned());
        self.start_beside(variables).await
    }

    /// An application with these variables on the same platform, backends and clock.
    async fn start_beside(&self, variables: BTreeMap<String, String>) -> Self {
        let (platform, backends) = (Rc::clone(&self.platform), Rc::clone(&self.backends));
        Self::start_on(
            variables,
            self.directory.clone(),
            platform,
            backends,
            self.clock.clone(),
        )
        .await
    }

    /// Two accounts in one process, on one infrastructure. Each has a listener and a platform of its own. All that they could
    /// share they do: the secrets, the database, the cache and its key prefix, the clock.
    pub async fn two_accounts(second: &str, settings: &[(&str, &str)]) -> [Self; 2] {
        let mut builder = Self::with();
        for (key, value) in settings {
            builder = builder.set(key, value);
        }
        builder.start_two_accounts(second).await
    }

    async fn start_on(
        variables: BTreeMap<String, String>,
        directory: PathBuf,
        platform: Rc<Platform>,
        backends: Rc<Backends>,
        clock: Clock,
    ) -> Self {
        let configured = Configured::new(variables, &directory, &platform, &backends);
        let Configured {
            settings,
            listeners,
            url,
            variables,
        } = configured;
        let ops_url = format!("http://{}", listeners.ops.local_addr().unwrap());
        let internal_url = internal_url(listeners.internal.as_ref());
        let app_id = settings.account().account.app_id.to_string();
        let application = Application::build(settings, listeners, clock.clone(), Random::system())
            .await
            .unwrap();
        actix_web::rt::spawn(application.run());
        Self {
            app_id,
            url,
            ops_url,
            internal_url,
            clock,
            platform,
            backends,
            variables,
            directory,
        }
    }

    /// The variables of an operator's command on this deployment.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let mut variables = self.variables.clone();
        let database = ("DATABASE_URL".to_owned(), self.backends.database_url.clone());
        let cache = self.backends.redis_url.clone();
        variables.extend([database]);
        let storage = || self.backends.storage_url();
        variables
            .entry("FANPASS__STORAGE__URL".to_owned())
            .or_insert_with(storage);
        variables.extend(cache.map(|url| ("REDIS_URL".to_owned(), url)));
        variables
    }

    /// How many files lie in the default storage.
    pub fn stored_objects(&self) -> usize {
        fn files(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder).into_iter().flatten();
            let count = |path: PathBuf| if path.is_dir() { files(&path) } else { 1 };
            entries.map(|entry| count(entry.unwrap().path())).sum()
        }
        files(&self.backends.objects())
    }

    /// A fan's phone: WeChat's browser, nobody signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(WECHAT)
    }

    /// Gets a path of the ops listener.
    pub async fn ops(&self, path: &str) -> Page {
        Browser::new("probe").get(&format!("{}{path}", self.ops_url)).await
    }

    /// Calls a path of the internal listener, with the header `Authorization` if there is one, and a JSON body if it is not
    /// null.
    pub async fn internal(&self, method: &str, path: &str, authorization: Option<&str>, body: Value) -> Page {
        let url = format!("{}{path}", self.internal_url.as_ref().expect("nobody has a key"));
        let mut request = awc::Client::default().request(method.parse().unwrap(), &url);
        if let Some(authorization) = authorization {
            request = request.insert_header(("authorization", authorization));
        }
        let sent = if body.is_null() {
            request.send().await
        } else {
            request.send_json(&body).await
        };
        Page::read(sent.unwrap_or_else(|error| panic!("{method} {url}: {error}")), &url).await
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A phone on which this fan has registered and is signed in.
    pub async fn registered(&self, openid: &str) -> Browser {
        let browser = self.browser();
        let page = self.register(&browser, openid, "/").await;
        assert_eq!((page.status, page.path()), (200, "/"), "{}", page.text());
        browser
    }

    /// Registers with the platform's consent page; returns the page that the browser ends on.
    pub async fn register(&self, browser: &Browser, openid: &str, next: &str) -> Page {
        let callback = self.consent(browser, openid, next, "agree").await;
        browser.open(&callback).await
    }

    /// Goes through the consent page of a registration and stops before the callback; returns its URL.
    pub async fn consent(&self, browser: &Browser, openid: &str, next: &str, decision: &str) -> String {
        let begun = browser.get(&self.at(&format!("/register?next={next}"))).await;
        assert_eq!(begun.status, 303, "{}", begun.text());
        browser.decide(begun.location(), openid, decision).await
    }

    /// Begins a silent login of this fan and stops before the callback; returns its URL.
    pub async fn silent_callback(&self, browser: &Browser, openid: &str, next: &str) -> String {
        let begun = browser.get(&self.at(&format!("/login?next={next}"))).await;
        assert_eq!(begun.status, 303, "{}", begun.text());
        browser.decide(begun.location(), openid, "agree").await
    }

    /// A fan who has registered and comes back on another phone, with the URL of the callback to `/photos`.
    pub async fn returning_fan(&self, nickname: &str) -> (Browser, String) {
        let fan = self.platform.fan(nickname).await;
        self.registered(&fan).await;
        let browser = self.browser();
        let callback = self.silent_callback(&browser, &fan, "/photos").await;
        (browser, callback)
    }

    /// Begins a login at this path and brings the callback a code of the test's own.
    pub async fn bring_code(&self, browser: &Browser, path: &str, code: &str) -> Page {
        let begun = browser.get(&self.at(path)).await;
        let state = begun.carried("state").unwrap();
        let callback = self.at(&format!("/wechat/callback?code={code}&state={state}"));
        browser.get(&callback).await
    }

    /// How often the platform was asked to exchange the code of this callback.
    pub async fn exchanges(&self, callback: &str) -> u64 {
        let code = parameter(callback, "code").unwrap();
        let path = format!("requests?code={code}");
        let report = self.platform.control("GET", &path, Value::Null).await;
        report["exchanges"][&code].as_u64().unwrap_or(0)
    }

    /// The callback of a login that was begun, with a code that was made without the authorize page.
    pub async fn minted_callback(&self, begun: &Page, openid: &str, scope: &str, snapshot: bool) -> String {
        let order = json!({ "fan": openid, "scope": scope, "snapshot": snapshot });
        let made = self.platform.control("POST", "codes", order).await;
        let (code, state) = (made["code"].as_str().unwrap(), begun.carried("state").unwrap());
        self.at(&format!("/wechat/callback?code={code}&state={state}"))
    }

    /// The row of a fan.
    pub async fn row(&self, openid: &str) -> Row {
        let (url, app_id) = (self.backends.database_url.clone(), self.app_id.clone());
        let openid = openid.to_owned();
        actix_web::web::block(move || rows::read(&url, &app_id, &openid))
            .await
            .unwrap()
    }

    /// How many rows there are of fans with this openid; of all fans without one.
    pub async fn rows(&self, openid: Option<&str>) -> i64 {
        let (url, app_id) = (self.backends.database_url.clone(), self.app_id.clone());
        let openid = openid.map(str::to_owned);
        actix_web::web::block(move || rows::count(&url, &app_id, openid.as_deref()))
            .await
            .unwrap()
    }

    /// The number that a query in SQL has as its column `found`, past the application.
    pub async fn number(&self, query: &str) -> i64 {
        let (url, query) = (self.backends.database_url.clone(), query.to_owned());
        actix_web::web::block(move || rows::number(&url, &query)).await.unwrap()
    }

    /// The folder in which commands find the settings.
    pub fn settings_folder(&self) -> PathBuf {
        let folder = Some(self.directory.clone()).filter(|folder| folder.exists());
        folder.unwrap_or_else(std::env::temp_dir)
    }

    /// Locks a table until the sender is dropped: whoever writes it waits.
    pub async fn lock(&self, table: &'static str) -> std::sync::mpsc::Sender<()> {
        let url = self.backends.database_url.clone();
        actix_web::web::block(move || rows::lock(&url, table)).await.unwrap()
    }

    /// A statement of SQL, past the application.
    pub async fn execute(&self, statement: &'static str) {
        let url = self.backends.database_url.clone();
        actix_web::web::block(move || rows::execute(&url, statement))
            .await
            .unwrap();
    }
}

fn internal_url(listener: Option<&Reserved>) -> Option<String> {
    listener.map(|listener| format!("http://{}", listener.local_addr().unwrap()))
}
