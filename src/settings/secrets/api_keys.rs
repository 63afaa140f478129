//! The keys for the internal API: the operator's, and one for each app.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    file::SecretFile,
    forms,
    names::{api_key_variable, is_api_key},
    values::read_own,
};
use crate::{
    domain::{ApiKeyDigest, Application, ApplicationId},
    settings::{
        fault::{Faults, SecretViolation},
        nearest::nearest,
    },
};

/// The keys for the internal API. Only their digests are kept.
#[derive(Debug, Clone, Default)]
pub struct ApiKeys {
    /// `OPS_API_KEY`: all rights.
    pub ops: Option<ApiKeyDigest>,
    /// `APP_<ID>_API_KEY`.
    pub apps: BTreeMap<ApplicationId, ApiKeyDigest>,
}

impl ApiKeys {
    /// Whether anybody may call the internal API.
    pub fn any(&self) -> bool {
        self.ops.is_some() || !self.apps.is_empty()
    }
}

/// The setting that holds an app's digest.
fn digest_setting(app: &ApplicationId) -> String {
    format!("apps.{app}.api_key_sha256")
}

/// Reads the key of each app. A key of an app that is not configured is a fault. `files` gets the files that were read.
pub(super) fn read(
    directory: &Path,
    variables: &BTreeMap<String, String>,
    apps: &[Application],
    faults: &Faults,
    files: &mut Vec<SecretFile>,
) -> BTreeMap<ApplicationId, ApiKeyDigest> {
    refuse_unknown(variables, apps, faults);
    let mut keys = BTreeMap::new();
    for app in apps {
        let variable = api_key_variable(&app.id);
        let file_variable = format!("{variable}_FILE");
        let set = |variable: &str| variables.get(variable).filter(|value| !value.is_empty());
        let (key, file) = (set(&variable), set(&file_variable));
        if let Some(digest) = &app.api_key_sha256 {
            if key.or(file).is_some() {
                let setting = digest_setting(&app.id);
                let set = if key.is_some() { variable } else { file_variable };
                faults.add(set, SecretViolation::SetAndDigest { setting });
            }
            keys.insert(app.id.clone(), digest.clone());
            continue;
        }
        let key = read_own(directory, variables, &variable, forms::api_key, faults, files);
        keys.extend(key.flatten().map(|key| (app.id.clone(), key)));
    }
    keys
}

fn refuse_unknown(variables: &BTreeMap<String, String>, apps: &[Application], faults: &Faults) {
    let known: BTreeSet<String> = apps.iter().map(|app| api_key_variable(&app.id)).collect();
    for variable in variables
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(variable, _)| variable)
    {
        let own = variable.strip_suffix("_FILE").unwrap_or(variable);
        if is_api_key(own) && !known.contains(own) {
            let similar = nearest(own, known.iter().map(String::as_str)).map(str::to_owned);
            faults.add(variable.clone(), SecretViolation::KeyOfNoApp { similar });
        }
    }
}

/// Reports keys that are alike: nobody could tell their owners apart.
pub(super) fn refuse_twins(keys: &ApiKeys, apps: &[Application], faults: &Faults) {
    let has_digest = |id: &ApplicationId| apps.iter().any(|app| app.id == *id && app.api_key_sha256.is_some());
    let name = |id: &ApplicationId| match has_digest(id) {
        true => digest_setting(id),
        false => api_key_variable(id),
    };
    let named = keys.apps.iter().map(|(app, key)| (name(app), key));
    let ops = keys.ops.iter().map(|key| ("OPS_API_KEY".to_owned(), key));
    let mut seen: Vec<(String, &ApiKeyDigest)> = Vec::new();
    for (variable, key) in ops.chain(named) {
        match seen.iter().find(|(_, other)| other.matches(key)) {
            Some((other, _)) => {
                let other = other.clone();
                faults.add(variable, SecretViolation::SameKey { other });
            }
            None => seen.push((variable, key)),
        }
    }
}
