//! `fanpass check`, for the hour before going live: connects to everything that the settings name and prints all faults
//! at once. It changes nothing, but for an object that it puts into a bucket and removes.

mod cache;
mod database;
mod deployment;
mod internal;
mod platform;
mod public_url;
mod replies;
mod rights;
mod secret_files;
mod storage;

use std::process::ExitCode;

use super::{CommandError, print};
use crate::{
    domain::{ClockOffset, ErrorChain},
    settings::{Settings, SettingsError},
    startup,
};

/// What one check found: the name of the part that was checked, and the text.
struct Finding {
    name: &'static str,
    kind: Kind,
    text: String,
}

/// From good to bad. Findings are printed in this order, so faults are the last lines, next to the prompt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It works.
    Ok,
    /// It may fail fans: worth a look, but no reason to stop.
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
        // A server's message may have several lines.
        let text = self.text.lines().collect::<Vec<_>>().join(" ");
        format!("{label}  {}: {text}", self.name)
    }
}

/// A fault if a server's clock is more than 30 seconds off.
fn clock(name: &'static str, whose: &str, offset: ClockOffset) -> Option<Finding> {
    let text = format!("the clock of {whose} is {offset}: let every machine set its clock by NTP");
    offset.is_too_large().then(|| Finding::fault(name, text))
}

/// Prints the faults of settings that cannot be used, in the form of findings. No other check runs.
pub(super) fn report_invalid_settings(error: &SettingsError) -> Result<ExitCode, CommandError> {
    for fault in &error.faults {
        print(&Finding::fault("settings", fault.to_string()).line())?;
    }
    Ok(ExitCode::FAILURE)
}

/// Runs every check and prints the findings. The settings themselves are already checked. Exit code 0 if there is no
/// fault.
pub(super) async fn run(settings: &Settings, online: bool) -> Result<ExitCode, CommandError> {
    let mut findings = vec![Finding::ok(
        "settings",
        format!("sound, for {:?}", settings.environment),
    )];
    findings.extend(deployment::check(settings));
    findings.push(internal::check(settings));
    findings.extend(secret_files::check(settings));
    findings.extend(replies::check(settings));
    findings.extend(database::check(settings).await);
    findings.extend(cache::check(settings).await);
    findings.extend(storage::check(settings).await);
    if online {
        findings.extend(online_checks(settings).await);
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

/// The checks that call other hosts.
async fn online_checks(settings: &Settings) -> Vec<Finding> {
    let online = match startup::online_checks(settings) {
        Ok(online) => online,
        Err(error) => return vec![Finding::fault("platform", describe(error))],
    };
    let mut findings = platform::check(&online).await;
    findings.extend(public_url::check(settings, &online).await);
    findings
}

/// A fault with its causes.
fn describe(error: impl std::error::Error) -> String {
    ErrorChain(&error).to_string()
}
