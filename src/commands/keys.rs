//! `fanpass keys …`. The output goes to standard output, messages to standard error.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{operator::this_operator, output::json_line, terminal::print_error};
use crate::{
    cli::KeysCommand,
    domain::{Clock, ErrorChain, Random},
    services::key_reseal::{ResealCounts, ResealError},
    settings::Settings,
    startup::{StartupError, key_reseal},
};

/// Why a command failed. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum KeysError {
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("{}; what was sealed anew stays so, and the command can be repeated", ErrorChain(.0))]
    Reseal(#[from] ResealError),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// Runs a command and prints what went wrong, if anything did.
pub(super) async fn run(settings: &Settings, command: KeysCommand) -> ExitCode {
    let KeysCommand::Reseal { json } = command;
    match reseal(settings, json).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn reseal(settings: &Settings, json: bool) -> Result<(), KeysError> {
    let reseal = key_reseal(settings, this_operator(), Clock::system(), Random::system())?;
    let counts = reseal.run().await?;
    let mut output = io::stdout().lock();
    if json {
        return Ok(json_line(&mut output, &counts.unwrap_or_default())?);
    }
    let Some(ResealCounts {
        resealed,
        already,
        unreadable,
    }) = counts
    else {
        writeln!(output, "nothing is stored outside the running processes (no REDIS_URL)")?;
        return Ok(());
    };
    writeln!(
        output,
        "web tokens: {resealed} sealed anew, {already} were sealed by SESSION_KEY already"
    )?;
    if unreadable > 0 {
        writeln!(
            output,
            "            {unreadable} open with none of the keys; those fans' profiles are refreshed after their next registration"
        )?;
    }
    Ok(())
}
