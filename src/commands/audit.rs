//! `fanpass audit …`. The output goes to standard output, messages to standard error.

mod export;
mod period;
mod record;
mod verify;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{output::FileError, terminal::print_error};
use crate::{
    cli::AuditCommand,
    domain::{Clock, ErrorChain, Malformed},
    services::ServiceError,
    settings::Settings,
    startup::{StartupError, audit_trail},
};

/// How a command ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The chain was altered; the output says where.
    Broken,
}

/// Why a command failed. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum AuditError {
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("{}", ErrorChain(.0))]
    Service(#[from] ServiceError),
    #[error("{0}")]
    Arguments(#[from] Malformed),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error(transparent)]
    File(#[from] FileError),
}

const WRONG_ARGUMENTS: u8 = 2;
const BROKEN: u8 = 3;

/// Runs a command and prints what went wrong, if anything did.
pub(super) async fn run(settings: &Settings, command: AuditCommand) -> ExitCode {
    match execute(settings, command).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Broken) => BROKEN.into(),
        // The reader of the output closed it on purpose, as `head` does.
        Err(AuditError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            print_error(&error.to_string());
            match error {
                AuditError::Arguments(_) => WRONG_ARGUMENTS.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

async fn execute(settings: &Settings, command: AuditCommand) -> Result<Outcome, AuditError> {
    let trail = audit_trail(settings, Clock::system())?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    let outcome = match command {
        AuditCommand::Export(arguments) => {
            let period = period::read(&arguments, &settings.site.time_zone)?;
            export::run(&trail, period, arguments, &mut output).await?
        }
        AuditCommand::Verify { head, json } => verify::run(&trail, head.as_deref(), json, &mut output).await?,
    };
    output.flush()?;
    Ok(outcome)
}
