use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::nearest::nearest;

const SCHEMES: [&str; 4] = ["sqlite", "postgres", "postgresql", "mysql"];

/// `DATABASE_URL`: its scheme chooses the backend. Debug shows the scheme only.
#[derive(Clone)]
pub struct DatabaseUrl(SecretString);

/// A `DATABASE_URL` that cannot be used. It never repeats a part of the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum DatabaseUrlError {
    #[error("has no scheme; {FORMS}")]
    NoScheme,
    #[error("has an unknown scheme; {}", did_you_mean(*.meant))]
    UnknownScheme { meant: Option<&'static str> },
    #[error("has an unknown scheme; write mysql:// for MariaDB too")]
    MariaDbScheme,
    #[error("has no // after its scheme; {FORMS}")]
    NoSlashes,
    #[error("names {database}, which is not in this build; build with the cargo feature `{feature}`")]
    NotInThisBuild {
        database: &'static str,
        feature: &'static str,
    },
    #[error("names no file; write sqlite://data/fanpass.db")]
    NoFile,
    #[error("names a database in memory; name a file: in memory each connection would have a database of its own")]
    InMemory,
}

const FORMS: &str =
    "write sqlite://path, postgres://user:password@host/database or mysql://user:password@host/database";

fn did_you_mean(scheme: Option<&str>) -> String {
    scheme.map_or_else(|| FORMS.to_owned(), |scheme| format!("did you mean {scheme}://?"))
}

impl DatabaseUrl {
    /// Takes the URL unchecked. Whether its backend is in this build is checked where it is opened.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self(url.into())
    }

    /// The path of the file, if this is an SQLite database.
    pub(super) fn sqlite_file(&self) -> Option<&str> {
        self.0.expose_secret().strip_prefix("sqlite://")
    }

    /// A URL of a backend that is in this build.
    ///
    /// # Errors
    /// The scheme names no such backend, or the rest does not have the form of this backend's URLs.
    pub(super) fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(DatabaseUrlError::NoScheme)?;
        match scheme {
            "sqlite" => check_sqlite(rest)?,
            "postgres" | "postgresql" => check_server("PostgreSQL", "postgres", cfg!(feature = "postgres"), rest)?,
            "mysql" => check_server("MySQL", "mysql", cfg!(feature = "mysql"), rest)?,
            "mariadb" => return Err(DatabaseUrlError::MariaDbScheme),
            _ => {
                let meant = nearest(scheme, SCHEMES);
                return Err(DatabaseUrlError::UnknownScheme { meant });
            }
        }
        Ok(Self::new(text))
    }

    /// The URL with its password.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The part before the first colon.
    pub fn scheme(&self) -> &str {
        self.expose().split_once(':').map_or("", |(scheme, _)| scheme)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DatabaseUrl({}://…)", self.scheme())
    }
}

fn check_sqlite(path: &str) -> Result<(), DatabaseUrlError> {
    check_build("SQLite", "sqlite", cfg!(feature = "sqlite"))?;
    match path.trim_start_matches("//") {
        "" => Err(DatabaseUrlError::NoFile),
        ":memory:" => Err(DatabaseUrlError::InMemory),
        _ => Ok(()),
    }
}

fn check_server(
    database: &'static str,
    feature: &'static str,
    is_built: bool,
    rest: &str,
) -> Result<(), DatabaseUrlError> {
    check_build(database, feature, is_built)?;
    if rest.starts_with("//") {
        Ok(())
    } else {
        Err(DatabaseUrlError::NoSlashes)
    }
}

fn check_build(database: &'static str, feature: &'static str, is_built: bool) -> Result<(), DatabaseUrlError> {
    if is_built {
        Ok(())
    } else {
        Err(DatabaseUrlError::NotInThisBuild { database, feature })
    }
}
