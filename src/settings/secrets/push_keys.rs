//! The secrets of the server push.

use super::{
    forms,
    names::{APP_ID, ENCODING_AES_KEY, ENCODING_AES_KEY_PREVIOUS, Name, PUSH_TOKEN},
    values::SecretValues,
};
use crate::{
    domain::{EncodingAesKey, PushKeys, PushToken},
    settings::fault::SecretViolation,
};

/// What the sandbox signs and seals with. Nothing here is secret.
const SANDBOX_TOKEN: &str = "sandbox";
const SANDBOX_AES_KEY: &str = "sandboxsandboxsandboxsandboxsandboxsandbox0";

/// Reads them. The inner `None`: no Token is set, so there are no pushes. The sandbox's own account has a Token and a key.
pub(super) fn read(values: &SecretValues<'_>) -> Option<Option<PushKeys>> {
    let is_sandbox = !values.is_set(APP_ID) && !values.is_set(PUSH_TOKEN) && !values.is_set(ENCODING_AES_KEY);
    let token = values.parse(
        PUSH_TOKEN,
        |text| forms::push_token(text).map(Some),
        || Ok(is_sandbox.then(|| PushToken::new(SANDBOX_TOKEN))),
    );
    let of_sandbox = || is_sandbox.then(|| forms::encoding_aes_key(SANDBOX_AES_KEY)).transpose();
    let key = |name: Name, default: &dyn Fn() -> Result<Option<EncodingAesKey>, SecretViolation>| {
        values.parse(name, |text| forms::encoding_aes_key(text).map(Some), default)
    };
    let current = key(ENCODING_AES_KEY, &of_sandbox);
    let previous = key(ENCODING_AES_KEY_PREVIOUS, &|| Ok(None));
    let (token, current, previous) = (token?, current?, previous?);
    Some(token.map(|token| PushKeys {
        token,
        aes_keys: current.into_iter().chain(previous).collect(),
    }))
}

/// The keys that are set without what they go with: the variable that is set, and the one that is not.
pub(super) fn alone(values: &SecretValues<'_>) -> Vec<(&'static str, &'static str)> {
    let pairs = [
        (ENCODING_AES_KEY, PUSH_TOKEN),
        (ENCODING_AES_KEY_PREVIOUS, ENCODING_AES_KEY),
    ];
    let alone = pairs
        .into_iter()
        .filter(|(key, needed)| values.is_set(*key) && !values.is_set(*needed));
    alone.map(|(key, needed)| (key.variable, needed.variable)).collect()
}
