mod api_keys;
mod file;
mod forms;
mod forward;
mod kept_key;
mod names;
mod push_keys;
mod s3_keys;
mod session_key;
mod values;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

pub(super) use self::forms::api_key_sha256;
pub(super) use self::names::{api_key_variable, is_secret, variable_for_key};
use self::values::SecretValues;
pub use self::{
    api_keys::ApiKeys,
    file::SecretFile,
    forward::{ForwardSecret, ForwardSecrets},
    kept_key::KeptKeyError,
    s3_keys::S3Keys,
    session_key::{SessionKey, SessionKeys},
};
use super::{DatabaseUrl, Environment, RedisUrl, fault::Faults};
use crate::domain::{AppId, Application, ForwardTarget, PushKeys, Random};

/// The account of the sandbox. Nothing here is secret.
const SANDBOX_APP_ID: &str = "wx0000000000000000";
const SANDBOX_APP_SECRET: &str = "00000000000000000000000000000000";

const DEFAULT_DATABASE_URL: &str = "sqlite://data/fanpass.db";

/// What comes from the environment only, each also as `NAME_FILE`.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// `WECHAT_APP_ID`.
    pub app_id: AppId,
    /// `WECHAT_APP_SECRET`.
    pub app_secret: SecretString,
    /// `SESSION_KEY`, and the keys of `SESSION_KEYS_ALSO`. If the first is not set and not required: a random one at each
    /// start.
    pub session_keys: SessionKeys,
    /// `DATABASE_URL`.
    pub database_url: DatabaseUrl,
    /// `REDIS_URL`. `None`: the in-memory cache.
    pub redis_url: Option<RedisUrl>,
    /// `OPS_API_KEY`, and the keys of the apps.
    pub api_keys: ApiKeys,
    /// `PUSH_FORWARD_<NAME>_…`, of the targets of `[[push.forward]]`.
    pub forward: ForwardSecrets,
    /// `WECHAT_TOKEN`, `WECHAT_ENCODING_AES_KEY` and `WECHAT_ENCODING_AES_KEY_PREVIOUS`.
    pub push: Option<PushKeys>,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    pub s3: Option<S3Keys>,
}

/// Which secrets are set, and which files hold them.
pub(super) struct SecretSources {
    pub has_session_key: bool,
    /// Whether `SESSION_KEYS_ALSO` names a key twice, or `SESSION_KEY`.
    pub names_a_key_twice: bool,
    /// Whether AppID and AppSecret are set.
    pub has_account: bool,
    /// Keys that are set without what they go with, and that.
    pub alone: Vec<(&'static str, &'static str)>,
    pub files: Vec<SecretFile>,
}

impl Secrets {
    /// The file of the session key on a developer's machine: beside the SQLite file. None for another database.
    pub(super) fn kept_key_file(&self) -> Option<PathBuf> {
        let database = self.database_url.sqlite_file()?;
        Some(kept_key::path_beside(Path::new(database)))
    }

    /// Uses the key that `file` keeps, and makes it first if it is not there.
    pub(super) fn keep_session_key(&mut self, file: &Path, random: &Random) -> Result<(), KeptKeyError> {
        let current = kept_key::read_or_make(file, random)?;
        self.session_keys = SessionKeys::new(current, self.session_keys.also().to_vec());
        Ok(())
    }

    /// The secrets, and where they come from.
    pub(super) fn read(
        directory: &Path,
        variables: &BTreeMap<String, String>,
        environment: Environment,
        apps: Option<&[Application]>,
        targets: Option<&[ForwardTarget]>,
        random: &Random,
        faults: &Faults,
    ) -> (Option<Self>, SecretSources) {
        let values = SecretValues::read(directory, variables, environment, faults);
        let app_id = values.parse(names::APP_ID, forms::app_id, || forms::app_id(SANDBOX_APP_ID));
        let app_secret = values.parse(names::APP_SECRET, forms::app_secret, || Ok(SANDBOX_APP_SECRET.into()));
        let session_key = values.parse(names::SESSION_KEY, forms::session_key, || {
            Ok(SessionKey::new(random.bytes()))
        });
        let also = values.parse(names::SESSION_KEYS_ALSO, forms::session_keys, || Ok(Vec::new()));
        let named = also.as_ref().map_or(0, Vec::len);
        let session_keys = || Some(SessionKeys::new(session_key?, also?));
        let session_keys = session_keys();
        let database_url = values.parse(names::DATABASE_URL, DatabaseUrl::parse, || {
            DatabaseUrl::parse(DEFAULT_DATABASE_URL)
        });
        let redis_url = values.parse(names::REDIS_URL, |text| RedisUrl::parse(text).map(Some), || Ok(None));
        let ops = values.parse(names::OPS_API_KEY, |text| forms::api_key(text).map(Some), || Ok(None));
        let push = push_keys::read(&values);
        let s3 = s3_keys::read(&values);
        let mut files = Vec::new();
        let read = |apps: &[Application]| api_keys::read(directory, variables, apps, faults, &mut files);
        let api_keys = ApiKeys {
            ops: ops.flatten(),
            apps: apps.map(read).unwrap_or_default(),
        };
        // Without the targets it is not known what belongs to one.
        let read = |targets: &[ForwardTarget]| forward::read(directory, variables, targets, faults, &mut files);
        let forward = targets.map(read).unwrap_or_default();
        if let Some(Some(push)) = &push {
            forward::refuse_own_keys(&forward, push, faults);
        }
        api_keys::refuse_twins(&api_keys, apps.unwrap_or_default(), faults);
        let names_a_key_twice = session_keys.as_ref().is_some_and(|keys| keys.also().len() < named);
        let secrets = || {
            Some(Self {
                app_id: app_id?,
                app_secret: app_secret?,
                session_keys: session_keys?,
                database_url: database_url?,
                redis_url: redis_url?,
                api_keys,
                forward,
                push: push?,
                s3: s3?,
            })
        };
        let sources = SecretSources {
            has_session_key: values.is_set(names::SESSION_KEY),
            names_a_key_twice,
            has_account: values.is_set(names::APP_ID) && values.is_set(names::APP_SECRET),
            alone: push_keys::alone(&values)
                .into_iter()
                .chain(s3_keys::alone(&values))
                .collect(),
            files: values.into_files().into_iter().chain(files).collect(),
        };
        (secrets(), sources)
    }
}
