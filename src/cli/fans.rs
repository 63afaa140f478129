//! `fanpass fans …`: the commands about fans.

use std::{num::NonZeroU32, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};

/// A command about fans.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum FansCommand {
    /// List fans in the order in which they registered
    List(ListArguments),
    /// Show one fan
    Show {
        /// The fan's id, openid or unionid
        #[arg(value_name = "ID|OPENID|UNIONID")]
        fan: String,
        /// One JSON object a line instead of text
        #[arg(long)]
        json: bool,
    },
    /// Write out all fans, as a stream
    Export {
        /// JSON Lines (one object a line), or CSV with a header, made safe for spreadsheets
        #[arg(long, value_enum)]
        format: ExportFormat,
        /// The file to write; it appears when it is complete. Default: standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Remove a fan's row and token, and end their sessions
    Forget {
        /// The fan's id or openid
        #[arg(value_name = "ID|OPENID")]
        fan: String,
        /// Confirmation and output
        #[command(flatten)]
        options: ChangeOptions,
    },
    /// Ask WeChat who follows the account, and note it at the fans. Goes on with a run that was stopped
    Sync {
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// End the sessions of one fan, or of all
    SignOut {
        /// The fan's id or openid
        #[arg(value_name = "ID|OPENID", required_unless_present = "all", conflicts_with = "all")]
        fan: Option<String>,
        /// All fans
        #[arg(long)]
        all: bool,
        /// Confirmation and output
        #[command(flatten)]
        options: ChangeOptions,
    },
}

/// Which fans to list, and how.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ListArguments {
    /// Only fans whose nickname contains this, in upper or lower case. Reads every fan until enough are found
    #[arg(long, value_name = "TEXT")]
    pub nickname: Option<String>,
    /// Begin after the fan with this id
    #[arg(long, value_name = "ID")]
    pub after: Option<String>,
    /// The most fans to list
    #[arg(long, value_name = "NUMBER", default_value = "50")]
    pub limit: NonZeroU32,
    /// One JSON object a line instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Options of a command that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct ChangeOptions {
    /// Do not ask for confirmation
    #[arg(long)]
    pub yes: bool,
    /// Print a JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// JSON Lines.
    Json,
    /// CSV.
    Csv,
}
