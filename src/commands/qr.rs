//! `fanpass qr …`.

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
    process::ExitCode,
};

use serde::Serialize;

use super::{
    account_error::explained,
    operator::this_operator,
    output::{self, FileError, json_line},
    terminal::print_error,
};
use crate::{
    cli::{QrArguments, QrCommand},
    domain::{Clock, Malformed, QrLifetime, QrScene, Random},
    services::{account_tokens::AccountTokenError, qr_codes::QrCode},
    settings::Settings,
    startup::{StartupError, qr_codes},
    views::{ViewError, qr_code},
};

const WRONG_ARGUMENTS: u8 = 2;

/// Why there is no code. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum QrError {
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("{0}")]
    Arguments(#[from] Malformed),
    #[error("--out must end in .png or .svg")]
    NoPicture,
    #[error("{}", explained(.0))]
    Platform(#[from] AccountTokenError),
    #[error("{0}")]
    View(#[from] ViewError),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error(transparent)]
    File(#[from] FileError),
}

#[derive(Serialize)]
struct Report<'a> {
    scene: &'a str,
    url: &'a str,
    expires_at: Option<String>,
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Png,
    Svg,
}

/// Runs a command and prints what went wrong, if anything did.
pub(super) async fn run(settings: &Settings, command: QrCommand) -> ExitCode {
    let QrCommand::Create(arguments) = command;
    match create(settings, &arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the output closed it on purpose, as `head` does.
        Err(QrError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            print_error(&error.to_string());
            match error {
                QrError::Arguments(_) | QrError::NoPicture => WRONG_ARGUMENTS.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

async fn create(settings: &Settings, arguments: &QrArguments) -> Result<(), QrError> {
    let scene = QrScene::parse(&arguments.scene)?;
    let lifetime = QrLifetime::of_days(arguments.days)?;
    let picture = arguments
        .out
        .as_deref()
        .map(|path| Ok::<_, QrError>((path, format(path)?)));
    let picture = picture.transpose()?;
    let codes = qr_codes(settings, this_operator(), Clock::system(), Random::system())?;
    let code = codes.create(&scene, lifetime).await?;
    if let Some((path, format)) = picture {
        let bytes = match format {
            Format::Png => qr_code::png(&code.url)?,
            Format::Svg => qr_code::svg_document(&code.url)?.into_bytes(),
        };
        output::write_file(path, &bytes)?;
    }
    let mut stdout = io::stdout().lock();
    report(&mut stdout, arguments, &code)?;
    Ok(stdout.flush()?)
}

fn report(output: &mut dyn Write, arguments: &QrArguments, code: &QrCode) -> Result<(), QrError> {
    let expires_at = code.expires_at.map(|moment| moment.to_rfc3339());
    if arguments.json {
        let report = Report {
            scene: &arguments.scene,
            url: &code.url,
            expires_at,
        };
        return Ok(json_line(output, &report)?);
    }
    if arguments.out.is_none() && io::stdout().is_terminal() {
        writeln!(output, "{}\n", qr_code::blocks(&code.url)?)?;
    }
    writeln!(output, "{}", code.url)?;
    match (expires_at, &arguments.out) {
        (Some(end), _) => writeln!(output, "works until {end}")?,
        (None, _) => writeln!(output, "works for ever")?,
    }
    if let Some(path) = &arguments.out {
        writeln!(output, "written to {}", path.display())?;
    }
    Ok(())
}

fn format(path: &Path) -> Result<Format, QrError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("png") => Ok(Format::Png),
        Some("svg") => Ok(Format::Svg),
        _ => Err(QrError::NoPicture),
    }
}
