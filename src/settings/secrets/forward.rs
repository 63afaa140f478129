//! The secrets of the targets of `[[push.forward]]`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use secrecy::SecretString;

use super::{
    file::SecretFile,
    forms,
    names::{FORWARD_PREFIX, forward_variable},
    values::read_own,
};
use crate::{
    domain::{ForwardFormat, ForwardName, ForwardTarget},
    settings::{
        fault::{Faults, ForwardViolation},
        nearest::nearest,
    },
};

/// What a target and fanpass share.
#[derive(Debug, Clone)]
pub enum ForwardSecret {
    /// `PUSH_FORWARD_<NAME>_SECRET`: signs what a target gets as JSON.
    Json(SecretString),
    /// `PUSH_FORWARD_<NAME>_TOKEN` and `…_AES_KEY`: sign and seal what a target gets in the platform's envelope.
    WeChat {
        /// The target's own Token.
        token: SecretString,
        /// The target's own EncodingAESKey.
        aes_key: SecretString,
    },
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
    let mut known = BTreeSet::new();
    let mut secrets = ForwardSecrets::new();
    for target in targets {
        let mut read = |secret: &str, parse: fn(&str) -> Result<SecretString, _>| {
            let variable = forward_variable(&target.name, secret);
            known.insert(variable.clone());
            let value = read_own(directory, variables, &variable, parse, faults, files)?;
            if value.is_none() {
                let (target, missing) = (target.name.to_string(), variable.clone());
                let variable = missing.clone();
                faults.add(missing, ForwardViolation::SecretMissing { variable, target });
            }
            value
        };
        let secret = match target.format {
            ForwardFormat::Json => read("SECRET", forms::forward_secret).map(ForwardSecret::Json),
            ForwardFormat::WeChat => {
                let token = read("TOKEN", forms::forward_token);
                let aes_key = read("AES_KEY", forms::forward_aes_key);
                token
                    .zip(aes_key)
                    .map(|(token, aes_key)| ForwardSecret::WeChat { token, aes_key })
            }
        };
        secrets.extend(secret.map(|secret| (target.name.clone(), secret)));
    }
    refuse_unknown(variables, &known, faults);
    secrets
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
