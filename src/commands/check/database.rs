//! The database: whether it answers, and what is still to be done there.

use super::{Finding, told};
use crate::{repositories::Database, settings::Settings};

pub(super) async fn check(settings: &Settings) -> Vec<Finding> {
    vec![Finding::of("database", database(settings).await)]
}

async fn database(settings: &Settings) -> Result<String, String> {
    let open = Database::open(&settings.database.with_one_connection(), &settings.secrets.database_url);
    let database = open.map_err(told)?;
    database.ping().await.map_err(told)?;
    let pending = database.pending_migrations().await.map_err(told)?;
    match (pending.len(), settings.database.migrate_on_start) {
        (0, _) => Ok(format!("{} answers, no migration is pending", database.backend_name())),
        (count, true) => Ok(format!(
            "{} answers, {count} migrations will run at the start",
            database.backend_name()
        )),
        (count, false) => Err(format!("{count} migrations are pending: run `fanpass migrate`")),
    }
}
