//! `fanpass jobs …`. The output goes to standard output, messages to standard error.

mod list;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::json;

use super::{
    operator::this_operator,
    terminal::{is_confirmed, print_error},
};
use crate::{
    cli::{ChangeOptions, JobsCommand, WhichJobs},
    domain::{Clock, ErrorChain, JobId, Malformed, Random},
    services::{ServiceError, jobs::Jobs},
    settings::Settings,
    startup::{StartupError, job_administration},
};

/// Why a command failed. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum JobsError {
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("{}", ErrorChain(.0))]
    Service(#[from] ServiceError),
    #[error("{0}")]
    Arguments(#[from] Malformed),
    #[error("nothing was changed: it was not confirmed (type yes, or add --yes)")]
    NotConfirmed,
    #[error("{0}")]
    NoneFound(&'static str),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

const WRONG_ARGUMENTS: u8 = 2;
const NO_SUCH_JOB: u8 = 3;

/// Runs a command and prints what went wrong, if anything did.
pub(super) async fn run(settings: &Settings, command: JobsCommand) -> ExitCode {
    match execute(settings, command).await {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the output closed it on purpose, as `head` does.
        Err(JobsError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            print_error(&error.to_string());
            match error {
                JobsError::Arguments(_) => WRONG_ARGUMENTS.into(),
                JobsError::NoneFound(_) => NO_SUCH_JOB.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

async fn execute(settings: &Settings, command: JobsCommand) -> Result<(), JobsError> {
    let jobs = job_administration(settings, this_operator(), Clock::system(), Random::system())?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    match command {
        JobsCommand::List { json } => list::run(&jobs, json, &mut output).await?,
        JobsCommand::Retry { which, options } => retry(&jobs, &which, options, &mut output).await?,
        JobsCommand::Drop { which, options } => drop_jobs(&jobs, &which, options, &mut output).await?,
    }
    output.flush()?;
    Ok(())
}

async fn retry(
    jobs: &Jobs,
    which: &WhichJobs,
    options: ChangeOptions,
    output: &mut dyn Write,
) -> Result<(), JobsError> {
    let id = which.job.as_deref().map(JobId::parse).transpose()?;
    if id.is_none() {
        confirm("Every job that failed for good will be tried again.", options)?;
    }
    let count = jobs.retry(id).await?;
    if id.is_some() && count == 0 {
        return Err(JobsError::NoneFound("no job has this id, or a process works on it"));
    }
    report(count, "retried", "will be tried again within seconds", options, output)
}

async fn drop_jobs(
    jobs: &Jobs,
    which: &WhichJobs,
    options: ChangeOptions,
    output: &mut dyn Write,
) -> Result<(), JobsError> {
    let id = which.job.as_deref().map(JobId::parse).transpose()?;
    let what = match id {
        Some(_) => "The job will be dropped, and its work is not done.",
        None => "Every job that failed for good will be dropped, except erasures. Their work is not done.",
    };
    confirm(what, options)?;
    let count = jobs.drop(id).await?;
    if id.is_some() && count == 0 {
        return Err(JobsError::NoneFound(
            "no job has this id, or it is an erasure, which cannot be dropped: `fanpass jobs retry` tries it again",
        ));
    }
    report(count, "dropped", "dropped", options, output)
}

fn confirm(question: &str, options: ChangeOptions) -> Result<(), JobsError> {
    if is_confirmed(question, options.yes)? {
        return Ok(());
    }
    Err(JobsError::NotConfirmed)
}

fn report(
    count: usize,
    name: &str,
    what: &str,
    options: ChangeOptions,
    output: &mut dyn Write,
) -> Result<(), JobsError> {
    if options.json {
        writeln!(output, "{}", json!({ name: count }))?;
    } else {
        writeln!(output, "jobs: {count} {what}")?;
    }
    Ok(())
}
