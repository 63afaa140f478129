use std::io::{self, Write};

use serde::Serialize;

use super::{
    FansError, Outcome,
    output::json_line,
    progress::{self, Progress},
};
use crate::services::fans::{FollowerSync, SyncReport};

#[derive(Serialize)]
struct Report {
    resumed: bool,
    following: u64,
    not_following: u64,
    others: u64,
}

/// Asks who follows, and says how many. Ctrl-C stops it between two steps; nothing that was noted is lost.
pub async fn run(sync: &FollowerSync, json: bool, output: &mut dyn Write) -> Result<Outcome, FansError> {
    let progress = Progress::begin(progress::is_visible(false), Some(0));
    let report = tokio::select! {
        report = sync.run(|looked_at, total| progress.set(looked_at, total)) => report,
        _ = tokio::signal::ctrl_c() => {
            progress.end();
            return Err(FansError::Stopped);
        }
    };
    progress.end();
    let report = report?;
    match json {
        true => json_line(output, &Report::from(report))?,
        false => write_text(report, output)?,
    }
    Ok(Outcome::Done)
}

impl From<SyncReport> for Report {
    fn from(report: SyncReport) -> Self {
        let SyncReport {
            resumed,
            following,
            not_following,
            others,
        } = report;
        Self {
            resumed,
            following,
            not_following,
            others,
        }
    }
}

fn write_text(report: SyncReport, output: &mut dyn Write) -> io::Result<()> {
    if report.resumed {
        writeln!(output, "went on with the run that was stopped")?;
    }
    writeln!(output, "fans who follow         {}", report.following)?;
    writeln!(output, "fans who do not follow  {}", report.not_following)?;
    writeln!(
        output,
        "others who follow       {}  (never registered: counted, not kept)",
        report.others
    )
}
