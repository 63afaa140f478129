use super::{CommandError, print};
use crate::{repositories::Database, settings::Settings, startup::StartupError};

/// Runs the pending migrations and names them.
pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    let database = Database::open(&settings.database.with_one_connection(), &settings.secrets.database_url)
        .map_err(StartupError::Database)?;
    let run = database.migrate().await.map_err(StartupError::Migrate)?;
    run.iter().try_for_each(|name| print(&format!("ran {name}")))?;
    print(&format!(
        "{}: {} migrations run, none pending",
        database.backend_name(),
        run.len()
    ))
}
