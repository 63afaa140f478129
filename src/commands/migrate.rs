use super::{CommandError, print};
use crate::{repositories::Database, settings::Settings, startup::StartupError};

/// Runs the pending migrations and names them.
pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    let database = Database::open(&settings.database.with_one_connection(), &settings.secrets.database_url)
        .map_err(StartupError::Database)?;
    database.verify().await.map_err(StartupError::Database)?;
    let run = database.migrate().await.map_err(StartupError::Migrate)?;
    let mut lines: Vec<String> = run.iter().map(|name| format!("ran {name}")).collect();
    lines.push(format!(
        "{}: {} migrations run, none pending",
        database.backend_name(),
        run.len()
    ));
    // The migrations have run, even if this text cannot be written.
    print(&lines.join("\n")).ok();
    Ok(())
}
