use tracing_subscriber::EnvFilter;

use crate::settings::{fault::Violation, loader::Section};

/// `log.*`: the log.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// The form of a line.
    pub format: LogFormat,
    /// A filter in the syntax of `tracing_subscriber::EnvFilter`, e.g. `info,fanpass=debug`.
    pub filter: String,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl LogSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let format = section.text("format", format);
        let filter = section.text("filter", filter);
        Some(Self {
            format: format?,
            filter: filter?,
        })
    }
}

fn format(text: &str) -> Result<LogFormat, Violation> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Violation::not_accepted(text, "write text or json")),
    }
}

fn filter(text: &str) -> Result<String, Violation> {
    if text.trim().is_empty() {
        return Err(Violation::EmptyLogFilter);
    }
    EnvFilter::try_new(text).map_err(|_| Violation::NotALogFilter)?;
    Ok(text.to_owned())
}
