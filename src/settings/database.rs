use std::{fmt, num::NonZeroU32, time::Duration};

use secrecy::SecretString;

use super::section::Section;

/// `database.*`: the pool. The address is a secret: [`super::Secrets::database_url`].
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Connections at most.
    pub pool_size: NonZeroU32,
    /// How long a request waits for the database: for a connection, and for the answer.
    pub pool_timeout: Duration,
    /// Whether `serve` runs pending migrations.
    pub migrate_on_start: bool,
    /// Whether PostgreSQL may prepare statements and keep settings for a session; not behind a pooler that shares them.
    pub prepared_statements: bool,
}

impl DatabaseSettings {
    /// The same with one connection, made when it is first asked for: enough for a command that ends soon.
    pub fn with_one_connection(&self) -> Self {
        Self {
            pool_size: NonZeroU32::MIN,
            ..self.clone()
        }
    }

    pub(super) fn read(section: Section<'_>) -> Option<Self> {
        let pool_size = section.number("pool_size", 1..=1000);
        let pool_timeout_ms = section.number("pool_timeout_ms", 100..=60_000_u32);
        let migrate_on_start = section.flag("migrate_on_start");
        let prepared_statements = section.flag("prepared_statements");
        Some(Self {
            pool_size: NonZeroU32::new(pool_size?)?,
            pool_timeout: Duration::from_millis(pool_timeout_ms?.into()),
            migrate_on_start: migrate_on_start?,
            prepared_statements: prepared_statements?,
        })
    }
}

/// `DATABASE_URL`: its scheme chooses the backend. Debug shows the scheme only.
#[derive(Clone)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// Takes the URL; whether its backend is in this build is decided where it is opened.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self(url.into())
    }

    /// The URL with its password.
    pub fn expose(&self) -> &str {
        secrecy::ExposeSecret::expose_secret(&self.0)
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
