//! The forms of the secrets. No fault repeats a value, not even a part of it.

use secrecy::SecretString;

use super::{SessionKey, form::Form};
use crate::{
    domain::AppId,
    settings::{DatabaseUrl, RedisUrl, RedisUrlFault, fault::Wrong, keys},
};

const BACKENDS: [&str; 4] = ["sqlite", "postgres", "postgresql", "mysql"];

const APP_ID: Form = Form {
    of: "`wx` and small letters or digits",
    accepts: |letter| letter.is_ascii_lowercase() || letter.is_ascii_digit(),
    length: 18..=18,
    remedy: "copy the AppID again: `wx` and 16 small letters or digits, in the console (微信开发者平台) under 基础信息",
};

const APP_SECRET: Form = Form {
    of: "hexadecimal digits",
    accepts: |letter| letter.is_ascii_hexdigit(),
    length: 32..=32,
    remedy: "copy the AppSecret again: 32 hexadecimal digits, in the console (微信开发者平台) under 开发密钥",
};

const SESSION_KEY: Form = Form {
    of: "hexadecimal digits",
    accepts: |letter| letter.is_ascii_hexdigit(),
    length: 128..=128,
    remedy: "write 128 hexadecimal digits, as `openssl rand -hex 64` prints them",
};

const PUSH_TOKEN: Form = Form {
    of: "letters or digits",
    accepts: |letter| letter.is_ascii_alphanumeric(),
    length: 3..=32,
    remedy: "copy the Token again from the console's settings of the message push (消息推送配置)",
};

const ENCODING_AES_KEY: Form = Form {
    of: "letters or digits",
    accepts: |letter| letter.is_ascii_alphanumeric(),
    length: 43..=43,
    remedy: "copy the EncodingAESKey again from the console's settings of the message push (消息推送配置)",
};

pub(super) fn app_id(text: &str) -> Result<AppId, Wrong> {
    if text.starts_with("gh_") {
        return Err(Wrong::new("is the account's original ID (原始ID)", APP_ID.remedy));
    }
    APP_ID.check(text)?;
    AppId::parse(text).map_err(|_| Wrong::new("does not begin with `wx`", APP_ID.remedy))
}

pub(super) fn app_secret(text: &str) -> Result<SecretString, Wrong> {
    APP_SECRET.check(text).map(|()| text.into())
}

pub(super) fn session_key(text: &str) -> Result<SessionKey, Wrong> {
    SESSION_KEY.check(text)?;
    let mut bytes = [0; 64];
    let decoded = hex::decode_to_slice(text, &mut bytes);
    decoded.map_err(|_| Wrong::new("is not 64 bytes in hexadecimal digits", SESSION_KEY.remedy))?;
    Ok(SessionKey::new(bytes))
}

/// Keys with commas between.
pub(super) fn session_keys(text: &str) -> Result<(), Wrong> {
    text.split(',').try_for_each(|key| SESSION_KEY.check(key.trim()))
}

pub(super) fn push_token(text: &str) -> Result<(), Wrong> {
    PUSH_TOKEN.check(text)
}

pub(super) fn encoding_aes_key(text: &str) -> Result<(), Wrong> {
    ENCODING_AES_KEY.check(text)
}

/// The backends of this build.
pub(super) fn database_url(text: &str) -> Result<DatabaseUrl, Wrong> {
    let forms = "write sqlite://path, postgres://user:password@host/database or mysql://user:password@host/database";
    let Some((scheme, rest)) = text.split_once(':') else {
        return Err(Wrong::new("has no scheme", forms));
    };
    match scheme {
        "sqlite" if !cfg!(feature = "sqlite") => Err(not_in_this_build("SQLite", "sqlite")),
        "sqlite" => sqlite_path(rest).map(|()| DatabaseUrl::new(text)),
        "postgres" | "postgresql" if !cfg!(feature = "postgres") => Err(not_in_this_build("PostgreSQL", "postgres")),
        "mysql" if !cfg!(feature = "mysql") => Err(not_in_this_build("MySQL", "mysql")),
        "postgres" | "postgresql" | "mysql" if rest.starts_with("//") => Ok(DatabaseUrl::new(text)),
        "postgres" | "postgresql" | "mysql" => Err(Wrong::new("has no // after its scheme", forms)),
        "mariadb" => Err(Wrong::new(
            "has a scheme that names no database",
            "write mysql:// for MariaDB too",
        )),
        _ => {
            let remedy = match keys::nearest(scheme, BACKENDS.into_iter()) {
                Some(near) => format!("did you mean {near}://?"),
                None => forms.to_owned(),
            };
            Err(Wrong::new("has a scheme that names no database", remedy))
        }
    }
}

fn not_in_this_build(database: &str, feature: &str) -> Wrong {
    let problem = format!("names {database}, which is not in this build");
    Wrong::new(problem, format!("build with the cargo feature `{feature}`"))
}

fn sqlite_path(rest: &str) -> Result<(), Wrong> {
    match rest.trim_start_matches("//") {
        "" => Err(Wrong::new("names no file", "write sqlite://data/fanpass.db")),
        ":memory:" => {
            let remedy = "name a file: in memory each connection would have a database of its own";
            Err(Wrong::new("names a database in memory", remedy))
        }
        _ => Ok(()),
    }
}

pub(super) fn redis_url(text: &str) -> Result<RedisUrl, Wrong> {
    RedisUrl::parse(text).map_err(|fault| Wrong::new(fault.problem, RedisUrlFault::REMEDY))
}
