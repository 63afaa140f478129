//! The log: one line per event on standard output, where the container's runtime collects it.

mod json;
#[cfg(feature = "otlp")]
mod otlp;
mod queue;
mod subscriber;
mod writer;

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use tracing::subscriber::SetGlobalDefaultError;
use tracing_subscriber::filter::ParseError;

use self::{
    queue::{LogThread, Queue},
    subscriber::subscriber,
};
use crate::settings::{LogSettings, TelemetrySettings};

/// The log cannot be installed.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// `log.filter` is not valid.
    #[error("log.filter cannot be used")]
    Filter(#[from] ParseError),
    /// This process has a log already.
    #[error("the log is installed already")]
    Installed(#[from] SetGlobalDefaultError),
    /// The operating system refuses a thread.
    #[error("the thread that writes the log cannot be started")]
    Thread(#[from] io::Error),
    /// The settings ask for traces, and this build has none.
    #[error("telemetry.otlp_endpoint is set, and this build has no traces: build with --features otlp")]
    NotInThisBuild,
    /// Traces cannot be sent.
    #[error("telemetry.otlp_endpoint cannot be used: {0}")]
    Traces(String),
}

/// How long the process waits at its end for the last lines to be read.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The installed log.
#[must_use = "what is not sent yet is lost without `finish`"]
pub struct Logging {
    thread: LogThread,
    #[cfg(feature = "otlp")]
    exporter: Option<otlp::Exporter>,
}

impl Logging {
    /// Sends what has not been sent yet. Blocks for at most `limit`, or a second if that is longer.
    #[cfg_attr(
        not(feature = "otlp"),
        expect(unused_variables, reason = "lines need no more than a second")
    )]
    pub fn finish(self, limit: Duration) {
        #[cfg(feature = "otlp")]
        if let Some(exporter) = self.exporter {
            exporter.finish(limit);
        }
        self.thread.stop(LAST_LINES);
    }
}

/// Installs the log for the whole process, once, and traces where the settings ask for them.
///
/// # Errors
/// The filter cannot be used, traces cannot be sent, there is no thread, or a log is already installed; that one stays.
pub fn init(settings: &LogSettings, telemetry: &TelemetrySettings) -> Result<Logging, LoggingError> {
    #[cfg(feature = "otlp")]
    let exporter = exporter(telemetry)?;
    #[cfg(feature = "otlp")]
    let traces = exporter.as_ref().map(otlp::Exporter::layer);
    #[cfg(not(feature = "otlp"))]
    let traces = no_traces(telemetry)?;
    let (queue, thread) = Queue::start(io::stdout())?;
    let subscriber = subscriber(settings, queue, io::stdout().is_terminal(), traces)?;
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(Logging {
        thread,
        #[cfg(feature = "otlp")]
        exporter,
    })
}

/// Installs the log on standard error, for a command that writes its output to standard output.
///
/// # Errors
/// As for [`init`].
pub fn init_on_stderr(settings: &LogSettings) -> Result<(), LoggingError> {
    let subscriber = subscriber(settings, io::stderr, io::stderr().is_terminal(), None)?;
    Ok(tracing::subscriber::set_global_default(subscriber)?)
}

#[cfg(feature = "otlp")]
fn exporter(settings: &TelemetrySettings) -> Result<Option<otlp::Exporter>, LoggingError> {
    let exporter = settings.otlp_endpoint.as_ref().map(otlp::Exporter::new);
    exporter.transpose().map_err(LoggingError::Traces)
}

#[cfg(not(feature = "otlp"))]
fn no_traces(settings: &TelemetrySettings) -> Result<Option<subscriber::Traces>, LoggingError> {
    match settings.otlp_endpoint {
        Some(_) => Err(LoggingError::NotInThisBuild),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::LogFormat;

    #[test]
    fn the_log_is_installed_once() {
        let no_traces = TelemetrySettings { otlp_endpoint: None };
        let init = |filter: &str| {
            let settings = LogSettings {
                format: LogFormat::Text,
                filter: filter.to_owned(),
            };
            super::init(&settings, &no_traces)
        };
        assert!(matches!(init("fanpass=loud"), Err(LoggingError::Filter(_))));
        init("off").unwrap().finish(Duration::ZERO);
        assert!(matches!(init("off"), Err(LoggingError::Installed(_))));
    }
}
