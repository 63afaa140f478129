//! What an operator runs in the hour before going live: connects to what the settings name and prints every fault at
//! once. It writes nothing.

mod cache;
mod database;
mod deployment;
mod platform;
mod public_address;
mod secret_files;

use std::process::ExitCode;

use super::{CommandError, print};
use crate::{
    clients::{fetch::Fetcher, wechat::TlsConfig},
    domain::{ClockOffset, ErrorChain},
    settings::{Settings, SettingsError},
};

/// What one check found: the name of what was looked at, and what is to be said of it.
struct Finding {
    name: &'static str,
    kind: Kind,
    text: String,
}

/// From good to bad: the order in which the findings are printed, so that the faults are the last and nearest lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It works.
    Ok,
    /// It may fail fans: worth a look, and no reason to stop.
    Note,
    /// It will fail fans.
    Fault,
}

impl Finding {
    fn ok(name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            name,
            kind: Kind::Ok,
            text,
        }
    }

    fn note(name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            name,
            kind: Kind::Note,
            text,
        }
    }

    fn fault(name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            name,
            kind: Kind::Fault,
            text,
        }
    }

    fn is_ok(&self) -> bool {
        self.kind == Kind::Ok
    }

    fn is_fault(&self) -> bool {
        self.kind == Kind::Fault
    }

    fn line(&self) -> String {
        let label = match self.kind {
            Kind::Ok => "ok   ",
            Kind::Note => "note ",
            Kind::Fault => "FAULT",
        };
        // What others said may have lines.
        let text = self.text.lines().collect::<Vec<_>>().join(" ");
        format!("{label}  {}: {text}", self.name)
    }
}

/// What a server's clock must be, within half a minute.
fn clock(name: &'static str, whose: &str, offset: ClockOffset) -> Option<Finding> {
    let text = format!("the clock of {whose} is {offset}: let every machine set its clock by NTP");
    offset.is_too_large().then(|| Finding::fault(name, text))
}

/// Prints the faults of settings that cannot be used, each as the others are. Nothing that they name is asked for.
pub(super) fn unsound(error: &SettingsError) -> Result<ExitCode, CommandError> {
    for fault in &error.faults {
        print(&Finding::fault("settings", fault.to_string()).line())?;
    }
    Ok(ExitCode::FAILURE)
}

/// Runs every check and prints what it found. That the settings themselves are sound was found before. Exit code 0 if
/// there is no fault.
pub(super) async fn run(settings: &Settings, online: bool) -> Result<ExitCode, CommandError> {
    let mut findings = vec![Finding::ok(
        "settings",
        format!("sound, for {:?}", settings.environment),
    )];
    findings.extend(deployment::check(settings));
    findings.extend(secret_files::check(settings));
    findings.extend(database::check(settings).await);
    findings.extend(cache::check(settings).await);
    if online {
        findings.extend(others(settings).await);
    }
    findings.sort_by_key(|finding| finding.kind);
    for finding in &findings {
        print(&finding.line())?;
    }
    Ok(if findings.iter().any(Finding::is_fault) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What is asked of other hosts.
async fn others(settings: &Settings) -> Vec<Finding> {
    let tls = match TlsConfig::with_mozilla_roots() {
        Ok(tls) => tls,
        Err(error) => return vec![Finding::fault("platform", describe(error))],
    };
    let fetcher = Fetcher::new(&tls, settings.wechat.timeout);
    let mut findings = platform::check(settings, &tls, &fetcher).await;
    findings.extend(public_address::check(settings, &fetcher).await);
    findings
}

/// A fault with its causes.
fn describe(error: impl std::error::Error) -> String {
    ErrorChain(&error).to_string()
}
