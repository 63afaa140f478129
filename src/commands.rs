//! What `fanpass` does when it is called. Each command answers whether all is well.

mod check;
mod explain;
mod fans;
mod healthcheck;
mod migrate;
mod sandbox;
mod serve;
mod terminal;

use std::{io, process::ExitCode, time::Duration};

use crate::{
    cli::Command,
    domain::{Deadline, ErrorChain},
    logging::{self, LoggingError},
    settings::{Settings, SettingsError, Source},
    startup::StartupError,
};
use terminal::{print, print_error};

/// What was not sent yet may take so long at the end of a command that nothing hurries.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a command ended early. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Logging(#[from] LoggingError),
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("a listener failed: {0}")]
    Io(#[from] io::Error),
    #[error("the answer cannot be written: {0}")]
    Output(io::Error),
}

/// Runs a command to its end and prints what went wrong, if anything did.
pub fn run(command: Command) -> ExitCode {
    let system = actix_web::rt::System::new();
    let outcome = system.block_on(execute(command));
    // Its end would wait for every thread that still waits for an answer, of a database that is frozen, say.
    std::mem::forget(system);
    match outcome {
        Ok(code) => code,
        // Whoever read the answer has had enough of it, and wants no comment.
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            print_error(&ErrorChain(&error).to_string());
            ExitCode::FAILURE
        }
    }
}

async fn execute(command: Command) -> Result<ExitCode, CommandError> {
    // Whoever asks what a fault means may have no settings, or the wrong ones.
    if let Command::Explain(arguments) = &command {
        return explain::run(arguments);
    }
    let settings = Source::from_process().and_then(|source| Settings::load(&source));
    let settings = match (settings, &command) {
        (Err(error), Command::Check { .. }) => return check::unsound(&error),
        (settings, _) => settings?,
    };
    // The first two answer on the terminal and write no log; the third logs beside its answer.
    match command {
        Command::Check { online } => return check::run(&settings, online).await,
        Command::Healthcheck => return Ok(healthcheck::run(&settings)),
        Command::Fans(command) => {
            logging::init_on_stderr(&settings.log)?;
            return Ok(fans::run(&settings, command).await);
        }
        Command::Serve | Command::Sandbox | Command::Migrate | Command::Explain(_) => {}
    }
    let logging = logging::init(&settings.log, &settings.telemetry)?;
    let outcome = logged(command, settings).await;
    logging.finish(outcome.as_ref().map_or(PATIENCE, |end| end.remaining()));
    outcome.map(|_| ExitCode::SUCCESS)
}

/// Answers by when the process should have ended.
async fn logged(command: Command, settings: Settings) -> Result<Deadline, CommandError> {
    match command {
        Command::Sandbox => sandbox::run(&settings).await?,
        Command::Migrate => migrate::run(&settings).await?,
        _ => return serve::run(settings).await,
    }
    Ok(Deadline::after(PATIENCE))
}
