//! The log: one line an event on standard output, where a container's runtime collects it.

use std::io::{self, IsTerminal};

use tracing::{Subscriber, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{EnvFilter, filter::ParseError, fmt::MakeWriter};

use crate::settings::{LogFormat, LogSettings};

/// The log cannot be installed.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// `log.filter` has no valid form.
    #[error("log.filter cannot be used")]
    Filter(#[from] ParseError),
    /// This process has a log already.
    #[error("the log is installed already")]
    Installed(#[from] SetGlobalDefaultError),
}

/// Installs the log for the whole process, once.
///
/// # Errors
/// The filter cannot be used, or a log is installed already; that one stays.
pub fn init(settings: &LogSettings) -> Result<(), LoggingError> {
    let subscriber = subscriber(settings, io::stdout, io::stdout().is_terminal())?;
    Ok(tracing::subscriber::set_global_default(subscriber)?)
}

/// A log that goes to `writer`, in colours if asked to (text only).
fn subscriber<W>(
    settings: &LogSettings,
    writer: W,
    colours: bool,
) -> Result<Box<dyn Subscriber + Send + Sync>, ParseError>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    Ok(match settings.format {
        LogFormat::Text => Box::new(builder.with_ansi(colours).finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).with_span_list(false).finish()),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, filter: &str) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let settings = LogSettings {
            format,
            filter: filter.to_owned(),
        };
        let subscriber = subscriber(&settings, move || writer.clone(), false).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::info_span!("request", request.id = "7").entered();
            tracing::info!(fan.id = "f1", "signed in");
            tracing::debug!("details");
        });
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_json_line_holds_message_fields_and_span() {
        let text = logged(LogFormat::Json, "info");
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["message"], "signed in");
        assert_eq!(line["fan.id"], "f1");
        assert_eq!(line["span"]["request.id"], "7");
    }

    #[test]
    fn a_text_line_has_no_colours_outside_a_terminal() {
        let text = logged(LogFormat::Text, "info");
        assert!(text.contains("signed in fan.id=\"f1\""), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn the_filter_chooses_by_module() {
        let text = logged(LogFormat::Text, "off,fanpass::logging=debug");
        assert!(text.contains("details"), "{text}");
        assert_eq!(logged(LogFormat::Text, "off,fanpass::settings=debug"), "");
    }

    #[test]
    fn the_log_is_installed_once() {
        let settings = |filter: &str| LogSettings {
            format: LogFormat::Text,
            filter: filter.to_owned(),
        };
        assert!(matches!(init(&settings("fanpass=loud")), Err(LoggingError::Filter(_))));
        init(&settings("off")).unwrap();
        assert!(matches!(init(&settings("off")), Err(LoggingError::Installed(_))));
    }
}
