//! `fanpass keys …`: the keys of the account.

use clap::Subcommand;

/// A command about keys.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum KeysCommand {
    /// Seal what is stored with SESSION_KEY, where a key of SESSION_KEYS_ALSO sealed it
    Reseal {
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
}
