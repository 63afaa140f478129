use std::{
    collections::BTreeMap,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    database::Database,
    front::Front,
    phone::{End, Kind, Login},
    process::free_port,
    redis::Redis,
    replica::Replica,
    sandbox::{APP_ID, APP_SECRET, Sandbox},
    skipped,
    wire::Wire,
};

/// A deployment: replicas, their database, their cache, their platform.
pub struct Scene {
    /// `server.public_url`.
    pub site: String,
    pub front: Front,
    pub replicas: Vec<Arc<Replica>>,
    pub sandbox: Sandbox,
    pub redis: Option<Redis>,
    pub database: Database,
    pub wire: Option<Arc<Wire>>,
    _folder: TempDir,
}

/// What a scene is made of.
pub struct Plan {
    what: &'static str,
    replicas: usize,
    settings: BTreeMap<String, String>,
    wire: bool,
    launch: bool,
    wrapper: Vec<String>,
}

impl Plan {
    /// Two replicas on a database server and a Redis; `what` names the test where it is skipped.
    pub fn new(what: &'static str) -> Self {
        Self {
            what,
            replicas: 2,
            settings: BTreeMap::new(),
            wire: false,
            launch: true,
            wrapper: Vec::new(),
        }
    }

    pub fn replicas(mut self, count: usize) -> Self {
        self.replicas = count;
        self
    }

    /// Sets a setting, e.g. `wechat.timeout_ms`.
    pub fn set(mut self, key: &str, value: &str) -> Self {
        let variable = format!("FANPASS__{}", key.to_uppercase().replace('.', "__"));
        self.settings.insert(variable, value.to_owned());
        self
    }

    /// Puts a wire between the replicas and the platform.
    pub fn wired(mut self) -> Self {
        self.wire = true;
        self
    }

    /// Puts these words before the command of a replica.
    pub fn wrapped(mut self, words: Vec<String>) -> Self {
        self.wrapper = words;
        self
    }

    /// Leaves it to the test to start the replicas.
    pub fn idle(mut self) -> Self {
        self.launch = false;
        self
    }

    /// Starts everything; none where a server is not installed.
    pub async fn start(self) -> Option<Scene> {
        if !Redis::is_installed() {
            skipped(self.what, "redis-server");
            return None;
        }
        let folder = folder();
        let database = Database::server(folder.path(), self.what)?;
        let redis = Redis::start(folder.path());
        Some(self.on(folder, database, Some(redis)).await)
    }

    /// Starts the replicas on this database. Without a Redis they use their own memory.
    pub async fn on(self, folder: TempDir, database: Database, redis: Option<Redis>) -> Scene {
        let sandbox = Sandbox::start(folder.path());
        let wire = match self.wire {
            true => Some(Wire::lay(sandbox.port).await),
            false => None,
        };
        let platform = wire.as_ref().map_or(sandbox.port, |wire| wire.port);
        let mut variables = variables(platform);
        variables.insert("DATABASE_URL".to_owned(), database.url());
        if let Some(redis) = &redis {
            variables.insert("REDIS_URL".to_owned(), redis.url());
        }
        variables.extend(self.settings);
        let replicas =
            (1..=self.replicas).map(|number| Arc::new(Replica::new(folder.path(), number, &self.wrapper, &variables)));
        let replicas: Vec<_> = replicas.collect();
        if self.launch {
            thread::scope(|scope| {
                replicas
                    .iter()
                    .for_each(|replica| drop(scope.spawn(|| replica.launch())))
            });
        }
        Scene {
            site: variables["FANPASS__SERVER__PUBLIC_URL"].clone(),
            front: Front::new(replicas.clone()),
            replicas,
            sandbox,
            redis,
            database,
            wire,
            _folder: folder,
        }
    }
}

/// A folder that the servers' own user may enter.
pub fn folder() -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::Permissions::from_mode(0o711);
    let mut folder = tempfile::Builder::new()
        .prefix("fanpass-faults-")
        .permissions(open)
        .tempdir()
        .unwrap();
    folder.disable_cleanup(std::env::var_os("FANPASS_FAULTS_KEEP").is_some());
    folder
}

/// The environment of every replica: production, but on loopback addresses.
fn variables(platform: u16) -> BTreeMap<String, String> {
    let public_url = format!("http://localhost:{}", free_port());
    let platform = format!("http://127.0.0.1:{platform}");
    let variables = [
        ("FANPASS_ENV", "production"),
        ("FANPASS__SERVER__HOST", "127.0.0.1"),
        ("FANPASS__SERVER__PUBLIC_URL", &public_url),
        ("FANPASS__SERVER__WORKERS", "2"),
        ("FANPASS__SERVER__SHUTDOWN_TIMEOUT", "5"),
        ("FANPASS__WECHAT__API_URL", &platform),
        ("FANPASS__WECHAT__OPEN_URL", &platform),
        ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", "0"),
        // Where the fault is not Redis's, a slow machine must not look like one.
        ("FANPASS__CACHE__TIMEOUT_MS", "1000"),
        ("FANPASS__SITE__NAME", "示例公众号"),
        ("WECHAT_APP_ID", APP_ID),
        ("WECHAT_APP_SECRET", APP_SECRET),
        ("SESSION_KEY", &"0123456789abcdef".repeat(8)),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    variables.into()
}

impl Scene {
    /// Asserts that every replica logged the outage once when it began and once when it ended. It ends with a login that
    /// goes well. Of the database another line says that session revocations cannot be read.
    pub async fn assert_outages_logged(&self, begins: &str, ends: &str) {
        for replica in &self.replicas {
            let begun = Instant::now();
            while replica.logged(ends) < replica.warned(begins) && begun.elapsed() < Duration::from_secs(5) {
                self.registered_at(&Front::to(replica)).await;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            let warnings = replica.warnings();
            assert!(replica.warned(begins) == 1 && warnings.len() <= 2, "{warnings:#?}");
            assert_eq!(replica.logged(ends), 1, "{ends}");
        }
    }

    /// Asserts that no request and no thread still waits for the database when there are no more requests.
    pub async fn assert_nothing_is_stuck(&self) {
        for replica in &self.replicas {
            let begun = Instant::now();
            for name in [
                "fanpass_database_connections{state=\"in_use\"}",
                "fanpass_database_waiting_requests",
            ] {
                while replica.metric(name).await > 0.0 {
                    // Session revocations are read all the time.
                    assert!(begun.elapsed() < Duration::from_secs(5), "{name} stays above 0");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }

    /// A phone on which a new fan has registered.
    pub async fn registered(&self) -> Login {
        self.registered_at(&self.front).await
    }

    async fn registered_at(&self, front: &Front) -> Login {
        let openid = self.sandbox.fans(1).await.remove(0);
        let login = Login::new(Kind::Registration, openid, 0).run(self, front).await;
        assert_eq!(login.end, End::SignedIn, "{:?}", login.seen);
        login
    }
}
