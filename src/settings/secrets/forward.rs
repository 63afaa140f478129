//! The secrets of the targets of `[[push.forward]]`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use secrecy::SecretString;

use super::{
    file::SecretFile,
    forms,
    names::{ENCODING_AES_KEY, FORWARD_PREFIX, PUSH_TOKEN, forward_variable},
    values::read_own,
};
use crate::{
    domain::{ForwardFormat, ForwardName, ForwardTarget, PushKeys},
    settings::{
        fault::{Faults, ForwardViolation, SecretViolation},
        nearest::nearest,
    },
};

/// What a target and fanpass share.
#[derive(Debug, Clone)]
pub enum ForwardSecret {
    /// `PUSH_FORWARD_<NAME>_SECRET`: signs what a target gets as JSON.
    Json(SecretString),
    /// `PUSH_FORWARD_<NAME>_TOKEN` and `…_AES_KEY`: sign and seal what a target gets in the platform's envelope.
    WeChat(PushKeys),
}

/// The secrets of the targets.
pub type ForwardSecrets = BTreeMap<ForwardName, ForwardSecret>;

/// Reads the secrets of each target. One that a target lacks is a fault, and so is one that belongs to none. `files` gets the
/// files that were read.
pub(super) fn read(
    directory: &Path,
    variables: &BTreeMap<String, String>,
    targets: &[ForwardTarget],
    faults: &Faults,
    files: &mut Vec<SecretFile>,
) -> ForwardSecrets {
    let mut reader = Reader {
        directory,
        variables,
        faults,
        files,
        known: BTreeSet::new(),
    };
    let secrets = targets.iter().filter_map(|target| {
        let secret = match target.format {
            ForwardFormat::Json => ForwardSecret::Json(reader.required(target, "SECRET", forms::forward_secret)?),
            ForwardFormat::WeChat => {
                let token = reader.required(target, "TOKEN", forms::forward_token);
                let aes_keys = vec![reader.required(target, "AES_KEY", forms::forward_aes_key)?];
                ForwardSecret::WeChat(PushKeys {
                    token: token?,
                    aes_keys,
                })
            }
        };
        Some((target.name.clone(), secret))
    });
    let secrets = secrets.collect();
    refuse_unknown(variables, &reader.known, faults);
    secrets
}

struct Reader<'a> {
    directory: &'a Path,
    variables: &'a BTreeMap<String, String>,
    faults: &'a Faults,
    files: &'a mut Vec<SecretFile>,
    /// The variables that belong to a target.
    known: BTreeSet<String>,
}

impl Reader<'_> {
    /// A secret that the target must have. `None` is a fault.
    fn required<T>(
        &mut self,
        target: &ForwardTarget,
        secret: &str,
        parse: impl FnOnce(&str) -> Result<T, SecretViolation>,
    ) -> Option<T> {
        let variable = forward_variable(&target.name, secret);
        self.known.insert(variable.clone());
        let read = read_own(
            self.directory,
            self.variables,
            &variable,
            parse,
            self.faults,
            self.files,
        );
        let secret = read?;
        if secret.is_none() {
            let target = target.name.to_string();
            self.faults
                .add(variable.clone(), ForwardViolation::SecretMissing { variable, target });
        }
        secret
    }
}

/// Reports a target with the platform's own Token or key: who knows them could send pushes as the platform does.
pub(super) fn refuse_own_keys(secrets: &ForwardSecrets, own: &PushKeys, faults: &Faults) {
    for (name, secret) in secrets {
        let ForwardSecret::WeChat(keys) = secret else { continue };
        let same_token = keys.token.expose() == own.token.expose();
        let same_key = keys.aes_keys.iter().any(|key| own.aes_keys.contains(key));
        for (is_same, secret, other) in [
            (same_token, "TOKEN", PUSH_TOKEN),
            (same_key, "AES_KEY", ENCODING_AES_KEY),
        ] {
            if is_same {
                let other = other.variable.to_owned();
                faults.add(forward_variable(name, secret), SecretViolation::SameKey { other });
            }
        }
    }
}

fn refuse_unknown(variables: &BTreeMap<String, String>, known: &BTreeSet<String>, faults: &Faults) {
    let set = variables.iter().filter(|(_, value)| !value.is_empty());
    for (variable, _) in set.filter(|(variable, _)| variable.starts_with(FORWARD_PREFIX)) {
        let own = variable.strip_suffix("_FILE").unwrap_or(variable);
        if !known.contains(own) {
            let similar = nearest(own, known.iter().map(String::as_str)).map(str::to_owned);
            faults.add(variable.clone(), ForwardViolation::SecretOfNoTarget { similar });
        }
    }
}
