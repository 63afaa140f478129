use super::{CommandError, print};
use crate::{
    settings::Settings,
    startup::{Migrated, migrate},
};

/// Runs the pending migrations and names them.
pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    let Migrated { backend, names } = migrate(settings).await?;
    let mut lines: Vec<String> = names.iter().map(|name| format!("ran {name}")).collect();
    lines.push(format!("{backend}: {} migrations run, none pending", names.len()));
    // The migrations have run, even if this text cannot be written.
    print(&lines.join("\n")).ok();
    Ok(())
}
