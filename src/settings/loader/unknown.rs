use crate::settings::{fault::Violation, secrets};

/// What is wrong with a key that does not exist. Its value is not repeated: it may be a secret.
pub(super) fn unknown_key(path: &str, meant: Option<String>) -> Violation {
    match secrets::variable_for_key(path) {
        Some(variable) => Violation::SecretAmongKeys { variable },
        None => Violation::UnknownKey { meant },
    }
}
