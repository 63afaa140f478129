//! Everything an operator can set, loaded from layered TOML files and the environment into one checked [`Settings`].

mod common_mistakes;
mod cross_checks;
mod database_url;
mod environment;
mod fault;
mod loader;
mod nearest;
mod quoted_value;
mod redis_url;
mod scopes;
mod secrets;
mod sections;
mod startup_notes;
mod unnamed_proxy;
mod url_rules;

use std::{
    mem,
    path::{Path, PathBuf},
};

pub use self::{
    common_mistakes::CommonMistake,
    database_url::{DatabaseUrl, DatabaseUrlError},
    environment::Environment,
    fault::{
        Conflict, FileViolation, ForwardViolation, LogoViolation, RootFileViolation, SecretPath, SecretViolation,
        SettingsError, SettingsFault, Violation,
    },
    loader::Source,
    quoted_value::QuotedValue,
    redis_url::{RedisLogin, RedisTopology, RedisUrl, RedisUrlError},
    scopes::{AccountSettings, ProcessSettings},
    secrets::{
        ApiKeys, ForwardSecret, ForwardSecrets, KeptKeyError, S3Keys, SecretFile, Secrets, SessionKey, SessionKeys,
    },
    sections::{
        AuditSettings, CacheSettings, Colours, DatabaseSettings, FansSettings, InternalSettings, JsSdkSettings,
        LimitsSettings, LogFormat, LogSettings, LoginSettings, Logo, OnUnsubscribe, OpsSettings, PhotosSettings,
        PoliceFiling, PushSettings, SandboxSettings, ServerSettings, SessionSettings, SiteSettings, StorageLocation,
        StorageSettings, TelemetrySettings, TemplatesSettings, WeChatSettings,
    },
    unnamed_proxy::UnnamedProxy,
    url_rules::UrlViolation,
};
use self::{
    cross_checks::Listeners,
    fault::Faults,
    loader::{KnownKeys, MergedLayers},
};
use crate::domain::{Application, ForwardTarget, Random};

/// Where the rules for replies are kept, in the folder of the settings.
pub const REPLIES_FILE: &str = "config/replies.toml";

/// The checked settings of one deployment.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `FANPASS_ENV`.
    pub environment: Environment,
    /// `server.*`: the public listener.
    pub server: ServerSettings,
    /// `ops.*`: the private listener.
    pub ops: OpsSettings,
    /// `internal.*`: the listener for the operator's own systems.
    pub internal: InternalSettings,
    /// `jssdk.*`: signatures for the JS-SDK.
    pub jssdk: JsSdkSettings,
    /// `apps.<id>.*`: the operator's applications.
    pub apps: Vec<Application>,
    /// `[[push.forward]]`: the systems that pushes are passed on to.
    pub forward: Vec<ForwardTarget>,
    /// `push.*`: the platform's server push.
    pub push: PushSettings,
    /// `wechat.*`: the platform.
    pub wechat: WeChatSettings,
    /// `sandbox.*`: the stand-in platform.
    pub sandbox: SandboxSettings,
    /// `site.*`: what the pages say about the account.
    pub site: SiteSettings,
    /// `templates.*`: what an operator changes in the pages.
    pub templates: TemplatesSettings,
    /// `fans.*`: how profiles are kept.
    pub fans: FansSettings,
    /// `login.*`: whether fans can sign in.
    pub login: LoginSettings,
    /// `limits.*`: limits per client IP.
    pub limits: LimitsSettings,
    /// `session.*`: how long a sign-in lasts.
    pub session: SessionSettings,
    /// `database.*`: the pool.
    pub database: DatabaseSettings,
    /// `cache.*`: the token cache.
    pub cache: CacheSettings,
    /// `storage.*`: where photos and avatars are kept.
    pub storage: StorageSettings,
    /// `photos.*`: the photos that fans put on the site.
    pub photos: PhotosSettings,
    /// `audit.*`: the audit log in the database.
    pub audit: AuditSettings,
    /// `log.*`: what is logged, and how.
    pub log: LogSettings,
    /// `telemetry.*`: where traces go.
    pub telemetry: TelemetrySettings,
    /// What comes from the environment only.
    pub secrets: Secrets,
    /// The configuration files on disk that were read. Those inside the binary are not listed.
    pub files: Vec<String>,
    /// The files that hold secrets, `.env` among them.
    pub secret_files: Vec<SecretFile>,
    /// Where the session key is kept if none is set: in development, beside the SQLite file.
    pub kept_session_key: Option<PathBuf>,
    /// Where the rules for replies are, if there are any: `config/replies.toml`.
    pub replies_file: PathBuf,
    /// Allowed settings that deserve a line in the log at the start. No secrets.
    pub startup_notes: Vec<String>,
}

impl Settings {
    /// Reads and checks everything that `source` holds.
    ///
    /// # Errors
    /// Something is missing or wrong; the error names all of it.
    pub fn load(source: &Source) -> Result<Self, SettingsError> {
        Self::load_with(source, &Random::system())
    }

    /// As [`Settings::load`], with a random source for the session key that may be made at each start.
    ///
    /// # Errors
    /// As for [`Settings::load`].
    pub fn load_with(source: &Source, random: &Random) -> Result<Self, SettingsError> {
        let faults = Faults::default();
        let settings = load(source, random, &faults);
        faults.into_result(settings)
    }

    /// Uses the session key that is kept on a developer's machine, and makes it at the first start. Does nothing where
    /// `SESSION_KEY` is set, and outside development.
    ///
    /// # Errors
    /// [`KeptKeyError`] if the file cannot be written or holds no key.
    pub fn keep_session_key(&mut self, random: &Random) -> Result<(), KeptKeyError> {
        match &self.kept_session_key {
            Some(file) => self.secrets.keep_session_key(file, random),
            None => Ok(()),
        }
    }

    /// Every key that a file may set, as in `server.port`.
    pub fn keys() -> Vec<String> {
        known_keys().iter().map(|key| key.to_string()).collect()
    }

    /// The proxy that `server.trusted_proxies` does not name although there must be one: a public site in production is
    /// behind a proxy, which terminates TLS.
    pub fn unnamed_proxy(&self) -> Option<UnnamedProxy> {
        let has_proxy = self.environment == Environment::Production && self.server.is_public();
        let is_unnamed = has_proxy && self.server.trusted_proxies.is_empty();
        let has_limit = self.limits.per_address_per_minute > 0;
        is_unnamed.then_some(UnnamedProxy::NoneNamed { has_limit })
    }
}

fn load(source: &Source, random: &Random, faults: &Faults) -> Option<Settings> {
    let directory = &source.directory;
    let (variables, has_dotenv) = source.variables(faults);
    let environment = Environment::read(&variables, faults);
    let (layers, mut files) = loader::merge(directory, environment, &variables, &known_keys(), faults);
    let apps = sections::read_apps(&layers);
    let forward = sections::read_forward(&layers);
    let (secrets, mut sources) = Secrets::read(
        directory,
        &variables,
        environment,
        apps.as_deref(),
        forward.as_deref(),
        random,
        faults,
    );
    let mut settings = read(&layers, environment, directory, (apps, forward), secrets)?;
    if has_dotenv {
        let named_by = ".env".to_owned();
        files.push(named_by.clone());
        let path = directory.join(&named_by);
        sources.files.push(SecretFile { named_by, path });
    }
    settings.files = files;
    settings.secret_files = mem::take(&mut sources.files);
    if environment == Environment::Development && !sources.has_session_key {
        settings.kept_session_key = settings.secrets.kept_key_file();
    }
    // So that `fanpass check` looks at its rights, too.
    let kept = settings.kept_session_key.clone().map(|path| SecretFile {
        named_by: "SESSION_KEY".to_owned(),
        path,
    });
    settings.secret_files.extend(kept);
    settings.startup_notes = startup_notes::list(&settings, &sources);
    Some(settings)
}

/// The keys that the sections read when nothing is set. So no list of keys has to be kept up to date.
fn known_keys() -> KnownKeys {
    let faults = Faults::default();
    let layers = MergedLayers::empty(&faults);
    let lists = (sections::read_apps(&layers), sections::read_forward(&layers));
    let _ = read(&layers, Environment::Test, Path::new(""), lists, None);
    layers.into_keys()
}

/// Reads every section, even if others have faults, and checks them against each other.
fn read(
    layers: &MergedLayers<'_>,
    environment: Environment,
    directory: &Path,
    (apps, forward): (Option<Vec<Application>>, Option<Vec<ForwardTarget>>),
    secrets: Option<Secrets>,
) -> Option<Settings> {
    let server = ServerSettings::read(layers.section("server"), environment);
    let ops = OpsSettings::read(layers.section("ops"));
    let internal = InternalSettings::read(layers.section("internal"));
    let jssdk = JsSdkSettings::read(layers.section("jssdk"));
    let sandbox = SandboxSettings::read(layers.section("sandbox"));
    let running_sandbox = sandbox.as_ref().filter(|sandbox| sandbox.enabled);
    let wechat = WeChatSettings::read(layers.section("wechat"), running_sandbox);
    let site = SiteSettings::read(layers.section("site"), directory);
    let templates = TemplatesSettings::read(layers.section("templates"));
    let fans = FansSettings::read(layers.section("fans"));
    let login = LoginSettings::read(layers.section("login"));
    let limits = LimitsSettings::read(layers.section("limits"));
    let session = SessionSettings::read(layers.section("session"));
    let database = DatabaseSettings::read(layers.section("database"));
    let cache = CacheSettings::read(layers.section("cache"), directory);
    let bucket_keys = secrets.as_ref().map(|secrets| secrets.s3.as_ref());
    let storage = StorageSettings::read(layers.section("storage"), directory, bucket_keys);
    let photos = PhotosSettings::read(layers.section("photos"));
    let audit = AuditSettings::read(layers.section("audit"));
    let log = LogSettings::read(layers.section("log"));
    let telemetry = TelemetrySettings::read(layers.section("telemetry"));
    let has_token = secrets.as_ref().is_some_and(|secrets| secrets.push.is_some());
    let push = PushSettings::read(layers.section("push"), has_token);
    let keys = secrets.as_ref().map(|secrets| &secrets.api_keys);
    let listeners = Listeners {
        server: server.as_ref(),
        ops: ops.as_ref(),
        internal: internal.as_ref().filter(|_| keys.is_some_and(ApiKeys::any)),
        sandbox: running_sandbox,
    };
    cross_checks::check(layers, environment, listeners);
    let public_url = server.as_ref().map(|server| &server.public_url);
    sections::check_hosts(layers, apps.as_deref().unwrap_or_default(), public_url);
    sections::check_forward(
        layers,
        forward.as_deref().unwrap_or_default(),
        apps.as_deref(),
        public_url,
    );
    Some(Settings {
        environment,
        server: server?,
        ops: ops?,
        internal: internal?,
        jssdk: jssdk?,
        apps: apps?,
        forward: forward?,
        push: push?,
        wechat: wechat?,
        sandbox: sandbox?,
        site: site?,
        templates: templates?,
        fans: fans?,
        login: login?,
        limits: limits?,
        session: session?,
        database: database?,
        cache: cache?,
        storage: storage?,
        photos: photos?,
        audit: audit?,
        log: log?,
        telemetry: telemetry?,
        secrets: secrets?,
        files: Vec::new(),
        secret_files: Vec::new(),
        replies_file: directory.join(REPLIES_FILE),
        kept_session_key: None,
        startup_notes: Vec::new(),
    })
}
