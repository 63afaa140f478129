//! The `fanpass` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    fanpass::commands::run(fanpass::cli::Command::from_process())
}
