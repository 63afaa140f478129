//! The variables of the secrets.

use crate::domain::{ApplicationId, ForwardName};

const API_KEY_PREFIX: &str = "APP_";
const API_KEY_SUFFIX: &str = "_API_KEY";

/// What the variables of the forward targets' secrets begin with.
pub(super) const FORWARD_PREFIX: &str = "PUSH_FORWARD_";

/// The variable of a secret. With `_FILE` appended it is the variable that names its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) variable: &'static str,
    pub(super) is_required_in_production: bool,
}

pub(super) const APP_ID: Name = Name::required("WECHAT_APP_ID");
pub(super) const APP_SECRET: Name = Name::required("WECHAT_APP_SECRET");
pub(super) const SESSION_KEY: Name = Name::required("SESSION_KEY");
pub(super) const DATABASE_URL: Name = Name::optional("DATABASE_URL");
pub(super) const REDIS_URL: Name = Name::optional("REDIS_URL");
pub(super) const PUSH_TOKEN: Name = Name::optional("WECHAT_TOKEN");
pub(super) const ENCODING_AES_KEY: Name = Name::optional("WECHAT_ENCODING_AES_KEY");
pub(super) const ENCODING_AES_KEY_PREVIOUS: Name = Name::optional("WECHAT_ENCODING_AES_KEY_PREVIOUS");
pub(super) const SESSION_KEYS_ALSO: Name = Name::optional("SESSION_KEYS_ALSO");
pub(super) const OPS_API_KEY: Name = Name::optional("OPS_API_KEY");
pub(super) const S3_KEY_ID: Name = Name::optional("AWS_ACCESS_KEY_ID");
pub(super) const S3_SECRET_KEY: Name = Name::optional("AWS_SECRET_ACCESS_KEY");
pub(super) const S3_SESSION_TOKEN: Name = Name::optional("AWS_SESSION_TOKEN");

/// Every secret, in the order in which their faults are reported.
pub(super) const ALL: [Name; 13] = [
    APP_ID,
    APP_SECRET,
    SESSION_KEY,
    DATABASE_URL,
    REDIS_URL,
    PUSH_TOKEN,
    ENCODING_AES_KEY,
    ENCODING_AES_KEY_PREVIOUS,
    SESSION_KEYS_ALSO,
    OPS_API_KEY,
    S3_KEY_ID,
    S3_SECRET_KEY,
    S3_SESSION_TOKEN,
];

impl Name {
    const fn required(variable: &'static str) -> Self {
        Self {
            variable,
            is_required_in_production: true,
        }
    }

    const fn optional(variable: &'static str) -> Self {
        Self {
            variable,
            is_required_in_production: false,
        }
    }

    pub(super) fn file_variable(self) -> String {
        format!("{}_FILE", self.variable)
    }
}

/// The variable of an app's key.
pub(in crate::settings) fn api_key_variable(app: &ApplicationId) -> String {
    let id = app.as_str().to_uppercase().replace('-', "_");
    format!("{API_KEY_PREFIX}{id}{API_KEY_SUFFIX}")
}

/// The variable of a forward target's secret, `SECRET`, say.
pub(super) fn forward_variable(target: &ForwardName, secret: &str) -> String {
    let name = target.as_str().to_uppercase().replace('-', "_");
    format!("{FORWARD_PREFIX}{name}_{secret}")
}

/// Whether a variable is the key of some app.
pub(super) fn is_api_key(variable: &str) -> bool {
    let id = variable
        .strip_prefix(API_KEY_PREFIX)
        .and_then(|rest| rest.strip_suffix(API_KEY_SUFFIX));
    id.is_some_and(|id| !id.is_empty())
}

/// Whether a variable is a secret or names its file.
pub(in crate::settings) fn is_secret(variable: &str) -> bool {
    let variable = variable.strip_suffix("_FILE").unwrap_or(variable);
    let is_own = is_api_key(variable) || variable.starts_with(FORWARD_PREFIX);
    is_own || ALL.iter().any(|name| name.variable == variable)
}

/// The variable of the secret that was set as a key by mistake, as in `wechat.app_secret` or `database.url`.
pub(in crate::settings) fn variable_for_key(path: &str) -> Option<&'static str> {
    let whole = path.replace('.', "_").to_uppercase();
    let key = path.rsplit('.').next().unwrap_or_default().to_uppercase();
    let mut variables = ALL.iter().map(|name| name.variable);
    variables.find(|variable| *variable == whole || *variable == key)
}
