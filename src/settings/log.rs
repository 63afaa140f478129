use tracing_subscriber::EnvFilter;

use super::{fault::Wrong, section::Section};

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
    pub(super) fn read(section: Section<'_>) -> Option<Self> {
        let format = section.text("format", format);
        let filter = section.text("filter", filter);
        Some(Self {
            format: format?,
            filter: filter?,
        })
    }
}

fn format(text: &str) -> Result<LogFormat, Wrong> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Wrong::value(text, "write text or json")),
    }
}

fn filter(text: &str) -> Result<String, Wrong> {
    let remedy = "write levels as in `info,fanpass=debug`";
    if text.trim().is_empty() {
        return Err(Wrong::new("is empty", remedy));
    }
    EnvFilter::try_new(text).map_err(|_| Wrong::new("is no filter", remedy))?;
    Ok(text.to_owned())
}
