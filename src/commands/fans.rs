//! `fanpass fans …`. The output goes to standard output, messages to standard error.

mod confirm;
mod export;
mod forget;
mod list;
mod progress;
mod record;
mod show;
mod sign_out;
mod sync;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{
    account_error::explained,
    operator::this_operator,
    output::{self, FileError},
    terminal::{escape_for_terminal, print_error},
};
use crate::{
    cli::FansCommand,
    domain::{Clock, ErrorChain, Malformed, Random},
    services::{
        ServiceError,
        fans::{FanAdministration, SyncError},
    },
    settings::Settings,
    startup::{StartupError, follower_sync, operators},
};

/// How a command ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// Something is left to do; the output says what.
    Incomplete,
    NoSuchFan,
}

/// Why a command failed. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum FansError {
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("{}", causes(.0))]
    Service(#[from] ServiceError),
    #[error("{0}")]
    Arguments(#[from] Malformed),
    #[error("nothing was changed: it was not confirmed (type yes, or add --yes)")]
    NotConfirmed,
    #[error("{}; what was noted stays, and the next run goes on", sync_fault(.0))]
    Sync(#[from] SyncError),
    #[error("stopped: what was noted stays, and the next run goes on")]
    Stopped,
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error(transparent)]
    File(#[from] FileError),
}

const WRONG_ARGUMENTS: u8 = 2;
const NO_SUCH_FAN: u8 = 3;

/// Runs a command and prints what went wrong, if anything did.
pub(super) async fn run(settings: &Settings, command: FansCommand) -> ExitCode {
    match execute(settings, command).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Incomplete) => ExitCode::FAILURE,
        Ok(Outcome::NoSuchFan) => {
            print_error("no fan has this id or openid in this account (any more)");
            NO_SUCH_FAN.into()
        }
        // The reader of the output closed it on purpose, as `head` does.
        Err(FansError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            print_error(&error.to_string());
            match error {
                FansError::Arguments(_) => WRONG_ARGUMENTS.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

async fn execute(settings: &Settings, command: FansCommand) -> Result<Outcome, FansError> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    let operators = operators(settings, this_operator(), Clock::system(), Random::system())?;
    let outcome = match command {
        FansCommand::List(arguments) => list::run(&operators, arguments, &mut output).await?,
        FansCommand::Show { fan, json } => show::run(&operators, &fan, json, &mut output).await?,
        FansCommand::Export { format, output: file } => export::run(&operators, format, file, &mut output).await?,
        FansCommand::Forget { fan, options } => forget::run(&operators, &fan, options, &mut output).await?,
        FansCommand::SignOut { fan, options, .. } => {
            sign_out::run(&operators, fan.as_deref(), options, &mut output).await?
        }
        FansCommand::Sync { json } => {
            let sync = follower_sync(settings, this_operator(), Clock::system(), Random::system())?;
            sync::run(&sync, json, &mut output).await?
        }
    };
    output.flush()?;
    Ok(outcome)
}

fn sync_fault(error: &SyncError) -> String {
    match error {
        SyncError::Platform(error) => explained(error),
        SyncError::Database(_) | SyncError::NotWhole { .. } => ErrorChain(error).to_string(),
    }
}

/// The error with its causes: the operator does not see the server's log.
fn causes(error: &ServiceError) -> String {
    let mut text = ErrorChain(error).to_string();
    if matches!(error, ServiceError::Database(_)) {
        text.push_str(" (`fanpass check` tells whether migrations are pending)");
    }
    text
}
