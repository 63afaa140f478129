//! What an operator runs in the hour before going live: connects to what the settings name and prints every fault at
//! once. It writes nothing.

mod cache;
mod database;
mod platform;

use std::process::ExitCode;

use super::{CommandError, print};
use crate::{domain::ErrorChain, settings::Settings};

/// What one check found: the name of what was looked at, and what is to be said of it.
struct Finding {
    name: &'static str,
    kind: Kind,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
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

    /// A check with one outcome: what works, or what is wrong and what to do about it.
    fn of(name: &'static str, outcome: Result<String, String>) -> Self {
        match outcome {
            Ok(text) => Self::ok(name, text),
            Err(text) => Self::fault(name, text),
        }
    }

    fn line(&self) -> String {
        let label = match self.kind {
            Kind::Ok => "ok   ",
            Kind::Note => "note ",
            Kind::Fault => "FAULT",
        };
        format!("{label}  {}: {}", self.name, self.text)
    }
}

/// Runs every check and prints what it found. That the settings themselves are sound was found before. Exit code 0 if
/// there is no fault.
pub(super) async fn run(settings: &Settings, online: bool) -> Result<ExitCode, CommandError> {
    let mut findings = vec![Finding::ok(
        "settings",
        format!("sound, for {:?}", settings.environment),
    )];
    findings.extend(settings.notes.iter().map(|note| Finding::note("settings", note)));
    findings.extend(database::check(settings).await);
    findings.extend(cache::check(settings).await);
    if online {
        findings.extend(platform::check(settings).await);
    }
    for finding in &findings {
        print(&finding.line())?;
    }
    Ok(if findings.iter().any(|finding| finding.kind == Kind::Fault) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A fault with its causes.
fn told(error: impl std::error::Error) -> String {
    ErrorChain(&error).to_string()
}
