//! `fanpass jobs …`: the commands about jobs.

use clap::{Args, Subcommand};

use super::ChangeOptions;

/// A command about jobs.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum JobsCommand {
    /// List the jobs that wait, run or failed for good
    List {
        /// One JSON object a line instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Let jobs run at once, with all their attempts
    Retry {
        /// Which jobs
        #[command(flatten)]
        which: WhichJobs,
        /// Confirmation and output
        #[command(flatten)]
        options: ChangeOptions,
    },
    /// Drop jobs. Erasures stay
    Drop {
        /// Which jobs
        #[command(flatten)]
        which: WhichJobs,
        /// Confirmation and output
        #[command(flatten)]
        options: ChangeOptions,
    },
}

/// One job, or all that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct WhichJobs {
    /// The job's id
    #[arg(
        value_name = "ID",
        required_unless_present = "all_failed",
        conflicts_with = "all_failed"
    )]
    pub job: Option<String>,
    /// Every job that failed for good
    #[arg(long)]
    pub all_failed: bool,
}
