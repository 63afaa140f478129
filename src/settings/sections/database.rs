use std::{num::NonZeroU32, time::Duration};

use crate::settings::loader::Section;

/// `database.*`: the pool. The URL is a secret, `DATABASE_URL`.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The most connections of this process.
    pub pool_size: NonZeroU32,
    /// How long a request waits for the database, both for a connection and for the result.
    pub pool_timeout: Duration,
    /// Whether `serve` runs pending migrations.
    pub migrate_on_start: bool,
    /// Whether PostgreSQL may prepare statements and keep settings of a session. Not behind a pooler that shares
    /// sessions.
    pub prepared_statements: bool,
}

impl DatabaseSettings {
    /// The same with one connection, opened at its first use: enough for a short command.
    pub fn with_one_connection(&self) -> Self {
        Self {
            pool_size: NonZeroU32::MIN,
            ..self.clone()
        }
    }

    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
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
