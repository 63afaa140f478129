//! `fanpass menu …`: the account's menu.

use clap::Subcommand;

/// A command about the menu.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum MenuCommand {
    /// Show the menu that the account has
    Show {
        /// As the platform takes it, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Compare it with config/menu.toml
    Diff,
    /// Make it what config/menu.toml says
    Push {
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Also replace a menu that was made in the console
        #[arg(long)]
        replace: bool,
    },
    /// Remove it, and every conditional menu
    Delete {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}
