//! The commands of `fanpass`. Each returns an exit code.

mod account_error;
mod audit;
mod check;
mod csv_cells;
mod explain;
mod fans;
mod healthcheck;
mod jobs;
mod keys;
mod menu;
mod migrate;
mod operator;
mod output;
mod qr;
mod replies;
mod sandbox;
mod serve;
mod terminal;

use std::{io, process::ExitCode, time::Duration};

use self::terminal::{print, print_error};
use crate::{
    cli::Command,
    domain::{Deadline, ErrorChain, Random},
    logging::{self, LoggingError},
    settings::{KeptKeyError, Settings, SettingsError, Source},
    startup::StartupError,
};

/// How long a command may take at its end to send log lines and traces, if it has no deadline of its own.
const FINISH_LIMIT: Duration = Duration::from_secs(5);

/// Why a command ended early. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    SessionKey(#[from] KeptKeyError),
    #[error(transparent)]
    Logging(#[from] LoggingError),
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("a listener failed: {0}")]
    Io(#[from] io::Error),
    #[error("the output cannot be written: {0}")]
    Output(io::Error),
}

/// Runs a command to its end and prints what went wrong, if anything did.
pub fn run(command: Command) -> ExitCode {
    let system = actix_web::rt::System::new();
    let outcome = system.block_on(execute(command));
    // Dropping it would wait for every thread that still waits for something, such as a frozen database.
    std::mem::forget(system);
    match outcome {
        Ok(code) => code,
        // The reader of the output closed it on purpose, as `head` does.
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            print_error(&ErrorChain(&error).to_string());
            ExitCode::FAILURE
        }
    }
}

async fn execute(command: Command) -> Result<ExitCode, CommandError> {
    // `explain` needs no settings: they may be missing or wrong.
    if let Command::Explain(arguments) = &command {
        return explain::run(arguments);
    }
    let settings = Source::from_process().and_then(|source| Settings::load(&source));
    let settings = match (settings, &command) {
        (Err(error), Command::Check { .. }) => return check::report_invalid_settings(&error),
        (settings, _) => settings?,
    };
    // The first three print on the terminal and write no log. The others log to standard error.
    match command {
        Command::Check { online } => return check::run(&settings, online).await,
        Command::Replies(command) => return Ok(replies::run(&settings, &command)),
        Command::Healthcheck => return Ok(healthcheck::run(&settings)),
        Command::Fans(command) => {
            logging::init_on_stderr(&settings.log)?;
            let mut settings = settings;
            if settings.forward.iter().any(|target| target.filter.wants_erasures()) {
                // The server opens with it what an erasure leaves for these targets.
                settings.keep_session_key(&Random::system())?;
            }
            return Ok(fans::run(&settings, command).await);
        }
        Command::Audit(command) => {
            logging::init_on_stderr(&settings.log)?;
            return Ok(audit::run(&settings, command).await);
        }
        Command::Keys(command) => {
            logging::init_on_stderr(&settings.log)?;
            return Ok(keys::run(&settings, command).await);
        }
        Command::Jobs(command) => {
            logging::init_on_stderr(&settings.log)?;
            return Ok(jobs::run(&settings, command).await);
        }
        Command::Menu(command) => {
            logging::init_on_stderr(&settings.log)?;
            return Ok(menu::run(&settings, command).await);
        }
        Command::Qr(command) => {
            logging::init_on_stderr(&settings.log)?;
            return Ok(qr::run(&settings, command).await);
        }
        Command::Serve | Command::Sandbox | Command::Migrate | Command::Explain(_) => {}
    }
    let logging = logging::init(&settings.log, &settings.telemetry)?;
    let outcome = logged(command, settings).await;
    logging.finish(outcome.as_ref().map_or(FINISH_LIMIT, |end| end.remaining()));
    outcome.map(|_| ExitCode::SUCCESS)
}

/// Returns the time by which the process should have ended.
async fn logged(command: Command, settings: Settings) -> Result<Deadline, CommandError> {
    match command {
        Command::Sandbox => sandbox::run(&settings).await?,
        Command::Migrate => migrate::run(&settings).await?,
        _ => return serve::run(settings).await,
    }
    Ok(Deadline::after(FINISH_LIMIT))
}
