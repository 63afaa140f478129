//! The secrets as they stand in the environment or in the files that it names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::SecretFile;
use crate::settings::{
    Environment,
    fault::{Faults, Wrong},
    keys, slips,
};

/// Every secret, and whether production requires it.
const NAMES: [(&str, bool); 9] = [
    ("WECHAT_APP_ID", true),
    ("WECHAT_APP_SECRET", true),
    ("SESSION_KEY", true),
    ("DATABASE_URL", false),
    ("REDIS_URL", false),
    ("WECHAT_TOKEN", false),
    ("WECHAT_ENCODING_AES_KEY", false),
    ("WECHAT_ENCODING_AES_KEY_PREVIOUS", false),
    ("SESSION_KEYS_ALSO", false),
];

/// Whether a variable is a secret or names its file.
pub(in crate::settings) fn is_name(variable: &str) -> bool {
    let name = variable.strip_suffix("_FILE").unwrap_or(variable);
    NAMES.iter().any(|(known, _)| *known == name)
}

/// The secret that somebody tried to set as a key, as in `wechat.app_secret` or `database.url`.
pub(in crate::settings) fn name_of(path: &str) -> Option<&'static str> {
    let whole = path.replace('.', "_").to_uppercase();
    let key = path.rsplit('.').next().unwrap_or_default().to_uppercase();
    let mut names = NAMES.iter().map(|(name, _)| *name);
    names.find(|name| *name == whole || *name == key)
}

/// What envy reads: strings only, so that it has nothing to stop at. No Debug: these are bare.
#[derive(Deserialize)]
struct Variables {
    wechat_app_id: Option<String>,
    wechat_app_id_file: Option<String>,
    wechat_app_secret: Option<String>,
    wechat_app_secret_file: Option<String>,
    session_key: Option<String>,
    session_key_file: Option<String>,
    database_url: Option<String>,
    database_url_file: Option<String>,
    redis_url: Option<String>,
    redis_url_file: Option<String>,
    wechat_token: Option<String>,
    wechat_token_file: Option<String>,
    wechat_encoding_aes_key: Option<String>,
    wechat_encoding_aes_key_file: Option<String>,
    wechat_encoding_aes_key_previous: Option<String>,
    wechat_encoding_aes_key_previous_file: Option<String>,
    session_keys_also: Option<String>,
    session_keys_also_file: Option<String>,
}

/// The secrets that are set, and what is known of the others.
pub(super) struct Raw<'a> {
    set: BTreeMap<&'static str, (String, SecretString)>,
    /// The files that were read.
    files: Vec<SecretFile>,
    /// Secrets that have a fault already: no default is looked for.
    faulty: BTreeSet<&'static str>,
    faults: &'a Faults,
}

impl<'a> Raw<'a> {
    pub(super) fn read(
        directory: &Path,
        variables: &BTreeMap<String, String>,
        environment: Environment,
        faults: &'a Faults,
    ) -> Self {
        let mut raw = Self {
            set: BTreeMap::new(),
            files: Vec::new(),
            faulty: BTreeSet::new(),
            faults,
        };
        // envy folds case: a variable `session_key` beside SESSION_KEY would stop it.
        let ours = variables.iter().filter(|(name, _)| is_name(name));
        let ours = ours.map(|(name, value)| (name.clone(), value.clone()));
        match envy::from_iter::<_, Variables>(ours) {
            Ok(found) => {
                for ((name, is_required), pair) in NAMES.into_iter().zip(found.pairs()) {
                    let is_required = is_required && environment == Environment::Production;
                    raw.take(directory, name, pair, is_required, variables);
                }
            }
            Err(_) => faults.add(
                "the environment",
                None,
                Wrong::new("cannot be read", "look at its secrets"),
            ),
        }
        raw
    }

    fn take(
        &mut self,
        directory: &Path,
        name: &'static str,
        (value, file): (Option<String>, Option<String>),
        is_required: bool,
        variables: &BTreeMap<String, String>,
    ) {
        let is_empty = value.as_deref() == Some("") || file.as_deref() == Some("");
        let value = value.filter(|value| !value.is_empty());
        let file = file.filter(|file| !file.is_empty());
        let twin = format!("{name}_FILE");
        match (value, file) {
            (Some(_), Some(_)) => {
                let problem = format!("is set, and so is {twin}");
                self.refuse(name, name, Wrong::new(problem, "keep one of the two"));
            }
            (Some(value), None) => {
                self.set.insert(name, (name.to_owned(), value.into()));
            }
            (None, Some(file)) => match content(directory, &file) {
                Ok(value) => {
                    self.files.push(SecretFile {
                        named_by: twin.clone(),
                        path: directory.join(file),
                    });
                    self.set.insert(name, (twin, value.into()));
                }
                Err(wrong) => self.refuse(name, &twin, wrong),
            },
            (None, None) if is_required => self.refuse(name, name, missing(name, is_empty, variables)),
            (None, None) => {}
        }
    }

    fn refuse(&mut self, name: &'static str, key: &str, wrong: Wrong) {
        self.faulty.insert(name);
        self.faults.add(key, None, wrong);
    }

    /// A secret through `parse`, or its `default` where it is not set. `None` after a fault.
    pub(super) fn parse<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
        default: impl FnOnce() -> Result<T, Wrong>,
    ) -> Option<T> {
        let (key, parsed) = match self.set.get(name) {
            Some((key, value)) => {
                let text = value.expose_secret();
                let parse = || parse(text).map_err(|wrong| slips::of_wrong_form(text, wrong));
                (key.as_str(), slips::of_secret(name, text).and_then(|()| parse()))
            }
            None if self.faulty.contains(name) => return None,
            None => (name, default()),
        };
        parsed.map_err(|wrong| self.faults.add(key, None, wrong)).ok()
    }

    /// Checks the form of a secret that nothing uses yet, where it is set.
    pub(super) fn check_unused(&self, name: &'static str, check: impl FnOnce(&str) -> Result<(), Wrong>) {
        self.parse(name, check, || Ok(()));
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        self.set.contains_key(name)
    }

    pub(super) fn into_files(self) -> Vec<SecretFile> {
        self.files
    }

    /// The names of the secrets that are not set.
    pub(super) fn absent(&self) -> Vec<&'static str> {
        let names = NAMES.into_iter().map(|(name, _)| name);
        names.filter(|name| !self.set.contains_key(name)).collect()
    }
}

impl Variables {
    /// Each secret and its file, in the order of [`NAMES`].
    fn pairs(self) -> [(Option<String>, Option<String>); NAMES.len()] {
        [
            (self.wechat_app_id, self.wechat_app_id_file),
            (self.wechat_app_secret, self.wechat_app_secret_file),
            (self.session_key, self.session_key_file),
            (self.database_url, self.database_url_file),
            (self.redis_url, self.redis_url_file),
            (self.wechat_token, self.wechat_token_file),
            (self.wechat_encoding_aes_key, self.wechat_encoding_aes_key_file),
            (
                self.wechat_encoding_aes_key_previous,
                self.wechat_encoding_aes_key_previous_file,
            ),
            (self.session_keys_also, self.session_keys_also_file),
        ]
    }
}

/// A file's content without the newline that editors put at its end.
fn content(directory: &Path, file: &str) -> Result<String, Wrong> {
    // Somebody may have put the secret itself where its file belongs: only what looks like a path is shown.
    let shown = match file {
        path if path.contains('/') && !path.contains("://") => format!("the file {path:?}"),
        _ => "a file".to_owned(),
    };
    let remedy = "give the path of a readable UTF-8 file that holds the secret alone";
    let unreadable = |error| Wrong::new(format!("names {shown} that cannot be read ({error})"), remedy);
    let text = fs::read_to_string(directory.join(file)).map_err(unreadable)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    match text.strip_suffix('\r').unwrap_or(text) {
        "" => Err(Wrong::new(format!("names {shown} that is empty"), remedy)),
        secret => Ok(secret.to_owned()),
    }
}

fn missing(name: &str, is_empty: bool, variables: &BTreeMap<String, String>) -> Wrong {
    let problem = if is_empty {
        "is empty, which counts as missing, and production requires it"
    } else {
        "is missing, and production requires it"
    };
    let set = format!("set it or {name}_FILE");
    let others = variables
        .keys()
        .map(String::as_str)
        .filter(|variable| !is_name(variable));
    match keys::nearest(name, others) {
        Some(similar) => Wrong::new(problem, format!("{set} (did you mean it with {similar}?)")),
        None => Wrong::new(problem, set),
    }
}
