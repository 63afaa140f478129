//! The forms of the secrets. No fault repeats a value, not even a part of it.

use secrecy::SecretString;

use super::SessionKey;
use crate::{
    domain::AppId,
    settings::{DatabaseUrl, RedisUrl, RedisUrlFault, fault::Wrong, keys},
};

const BACKENDS: [&str; 4] = ["sqlite", "postgres", "postgresql", "mysql"];

pub(super) fn app_id(text: &str) -> Result<AppId, Wrong> {
    let remedy = "copy it from the account's console: `wx` and 16 lower-case hexadecimal digits";
    AppId::parse(text).map_err(|_| Wrong::new("is not an AppID", remedy))
}

/// The platform promises no form; what cannot be right is a character that a copy brought along.
pub(super) fn app_secret(text: &str) -> Result<SecretString, Wrong> {
    if text.len() <= 128 && text.chars().all(|letter| letter.is_ascii_graphic()) {
        Ok(text.into())
    } else {
        let remedy = "copy the AppSecret again from the account's console";
        Err(Wrong::new("has blanks or other odd characters, or is too long", remedy))
    }
}

pub(super) fn session_key(text: &str) -> Result<SessionKey, Wrong> {
    let mut bytes = [0; 64];
    match hex::decode_to_slice(text, &mut bytes) {
        Ok(()) => Ok(SessionKey::new(bytes)),
        Err(_) => {
            let remedy = "write 128 hexadecimal digits, as `openssl rand -hex 64` prints them";
            Err(Wrong::new("is not 64 bytes in hexadecimal digits", remedy))
        }
    }
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
