use std::io::{self, Write};

use serde::Serialize;

use super::{Jobs, JobsError};
use crate::{commands::terminal::escape_for_terminal, domain::Timestamp, repositories::JobRecord};

/// A job in `--json`. Times are in RFC 3339, UTC.
#[derive(Serialize)]
struct JobLine<'a> {
    id: &'a str,
    kind: &'a str,
    state: &'static str,
    subject: Option<&'a str>,
    target: Option<&'a str>,
    attempts: i32,
    run_at: String,
    locked_until: Option<String>,
    last_error: Option<&'a str>,
    failed_at: Option<String>,
    created_at: String,
}

/// Lists all jobs in the order in which they were added.
pub async fn run(jobs: &Jobs, json: bool, output: &mut dyn Write) -> Result<(), JobsError> {
    if !json {
        writeln!(
            output,
            "{}",
            row(["ID", "KIND", "STATE", "ATTEMPTS", "RUN AT", "LAST ERROR"])
        )?;
    }
    let mut after = None;
    loop {
        let page = jobs.page(after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id.clone());
        for job in &page {
            write(job, json, output)?;
        }
    }
}

fn write(job: &JobRecord, json: bool, output: &mut dyn Write) -> io::Result<()> {
    if json {
        serde_json::to_writer(&mut *output, &line(job))?;
        return output.write_all(b"\n");
    }
    let (attempts, run_at) = (job.attempts.to_string(), job.run_at.to_rfc3339());
    let error = escape_for_terminal(job.last_error.as_deref().unwrap_or_default());
    let cells = [&job.id, &job.kind, state(job), &attempts, &run_at, &error];
    writeln!(output, "{}", row(cells).trim_end())
}

fn line(job: &JobRecord) -> JobLine<'_> {
    JobLine {
        id: &job.id,
        kind: &job.kind,
        state: state(job),
        subject: job.subject.as_deref(),
        target: job.target.as_deref(),
        attempts: job.attempts,
        run_at: job.run_at.to_rfc3339(),
        locked_until: job.locked_until.map(Timestamp::to_rfc3339),
        last_error: job.last_error.as_deref(),
        failed_at: job.failed_at.map(Timestamp::to_rfc3339),
        created_at: job.created_at.to_rfc3339(),
    }
}

fn state(job: &JobRecord) -> &'static str {
    match job {
        JobRecord { failed_at: Some(_), .. } => "failed",
        JobRecord {
            locked_until: Some(_), ..
        } => "running",
        _ => "waiting",
    }
}

fn row([id, kind, state, attempts, run_at, error]: [&str; 6]) -> String {
    format!("{id:36}  {kind:20}  {state:7}  {attempts:8}  {run_at:20}  {error}")
}
