//! `fanpass audit …`: the audit log in the database.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ExportFormat;

/// A command about the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum AuditCommand {
    /// Write out the rows, as a stream
    Export(AuditExportArguments),
    /// Recompute the chain; print its head, or the first row that was altered, removed or inserted
    Verify {
        /// A head that was noted earlier: its row must still be there, with the same hash
        #[arg(long, value_name = "POSITION:HASH")]
        head: Option<String>,
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
}

/// Which rows to write, and where.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct AuditExportArguments {
    /// JSON Lines (one object a line), or CSV with a header, made safe for spreadsheets
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// Only rows from this moment on: a time with its zone, or a day of `site.time_zone`
    #[arg(long, value_name = "TIME|DAY")]
    pub since: Option<String>,
    /// Only rows before this moment; of a day, all of it is included
    #[arg(long, value_name = "TIME|DAY")]
    pub until: Option<String>,
    /// The file to write; it appears when it is complete. Default: standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
