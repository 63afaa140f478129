//! Builds [`Settings`] from its layers and secrets.

use std::{collections::BTreeMap, mem};

use super::{
    CacheSettings, DatabaseSettings, Environment, FansSettings, LimitsSettings, LogSettings, OpsSettings,
    SandboxSettings, SecretFile, Secrets, ServerSettings, SessionSettings, Settings, SettingsError, SiteSettings,
    Source, TelemetrySettings, WeChatSettings, across,
    fault::{Faults, Wrong},
    keys, layers,
    section::Section,
    slips,
};
use crate::domain::Random;

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
    pub fn load_with(source: &Source, entropy: &Random) -> Result<Self, SettingsError> {
        let faults = Faults::default();
        let settings = read(source, entropy, &faults);
        let faults = faults.into_vec();
        match settings {
            Some(settings) if faults.is_empty() => Ok(settings),
            _ => Err(SettingsError { faults }),
        }
    }
}

fn read(source: &Source, entropy: &Random, faults: &Faults) -> Option<Settings> {
    let (variables, has_dotenv) = source.variables(faults);
    let environment = environment(&variables, faults);
    let (merged, mut files) = layers::merge(&source.directory, environment, &variables, faults);
    if has_dotenv {
        files.push(".env".to_owned());
    }
    let section = |name| Section::of(&merged, name, faults);

    let server = ServerSettings::read(section("server"), environment);
    let ops = OpsSettings::read(section("ops"));
    let sandbox = SandboxSettings::read(section("sandbox"));
    let running = sandbox.as_ref().filter(|sandbox| sandbox.enabled);
    let wechat = WeChatSettings::read(section("wechat"), running);
    let site = SiteSettings::read(section("site"));
    let fans = FansSettings::read(section("fans"));
    let limits = LimitsSettings::read(section("limits"));
    let session = SessionSettings::read(section("session"));
    let database = DatabaseSettings::read(section("database"));
    let cache = CacheSettings::read(section("cache"), &source.directory);
    let log = LogSettings::read(section("log"));
    let telemetry = TelemetrySettings::read(section("telemetry"));
    let (secrets, mut sources) = Secrets::read(&source.directory, &variables, environment, entropy, faults);

    if has_dotenv {
        sources.files.push(SecretFile {
            named_by: ".env".to_owned(),
            path: source.directory.join(".env"),
        });
    }
    across::check(section, environment, server.as_ref(), ops.as_ref(), running);
    let mut settings = Settings {
        environment,
        server: server?,
        ops: ops?,
        wechat: wechat?,
        sandbox: sandbox?,
        site: site?,
        fans: fans?,
        limits: limits?,
        session: session?,
        database: database?,
        cache: cache?,
        log: log?,
        telemetry: telemetry?,
        secrets: secrets?,
        files,
        secret_files: mem::take(&mut sources.files),
        notes: Vec::new(),
    };
    settings.notes = across::notes(&settings, &sources);
    Some(settings)
}

/// What `FANPASS_ENV` says. After a fault, the environment that asks for least, so that no fault is reported which a corrected
/// name would make vanish.
fn environment(variables: &BTreeMap<String, String>, faults: &Faults) -> Environment {
    let Some(name) = variables.get("FANPASS_ENV") else {
        return Environment::Development;
    };
    Environment::parse(name).unwrap_or_else(|| {
        if let Err(wrong) = slips::of_variable(name) {
            faults.add("FANPASS_ENV", None, wrong);
            return Environment::Test;
        }
        let words = Environment::ALL.map(Environment::as_str);
        let meant = words
            .into_iter()
            .find(|word| !name.is_empty() && word.starts_with(name.as_str()));
        let remedy = match meant.or_else(|| keys::nearest(name, words.into_iter())) {
            Some(word) => format!("did you mean {word}?"),
            None => format!("write one of {}, or leave it out for development", words.join(", ")),
        };
        faults.add("FANPASS_ENV", None, Wrong::value(name, remedy));
        Environment::Test
    })
}
