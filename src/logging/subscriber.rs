use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::ParseError, fmt, fmt::MakeWriter, layer::SubscriberExt, registry,
    registry::LookupSpan,
};

use super::json::{JsonFields, JsonLines};
use crate::{
    audit,
    settings::{LogFormat, LogSettings},
};

/// The layer that sends spans to a collector.
pub(super) type Traces = Box<dyn Layer<Registry> + Send + Sync>;

/// A log that goes to `writer`, with colours if asked for (text only). Records of the `log` crate, which actix and awc
/// write, are not included: awc's show URLs with their secrets.
pub(super) fn subscriber<W>(
    settings: &LogSettings,
    writer: W,
    colours: bool,
    traces: Option<Traces>,
) -> Result<Box<dyn Subscriber + Send + Sync>, ParseError>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    // The general level does not apply to the audit trail: only a filter that names it silences it. actix-session warns
    // about each cookie that is not ours, and anyone can send those.
    let quiet = "actix_session=error";
    let filter = EnvFilter::try_new(format!("{}=info,{quiet},{}", audit::TARGET, settings.filter))?;
    // A filter on one layer costs more per event than a filter on all layers.
    Ok(match (settings.format, traces) {
        (LogFormat::Text, None) => Box::new(registry().with(filter).with(text(writer, colours))),
        (LogFormat::Json, None) => Box::new(registry().with(filter).with(json(writer))),
        (LogFormat::Text, Some(traces)) => {
            Box::new(registry().with(traces).with(text(writer, colours).with_filter(filter)))
        }
        (LogFormat::Json, Some(traces)) => Box::new(registry().with(traces).with(json(writer).with_filter(filter))),
    })
}

fn text<S, W>(writer: W, colours: bool) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    // If a line cannot be written, neither can an error about it: that would end in a panic.
    fmt::layer()
        .with_writer(writer)
        .with_ansi(colours)
        .log_internal_errors(false)
}

fn json<S, W>(writer: W) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer).log_internal_errors(false);
    lines.fmt_fields(JsonFields).event_format(JsonLines)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{domain::AppId, telemetry::testing::Logged};

    fn settings(format: LogFormat, filter: &str) -> LogSettings {
        LogSettings {
            format,
            filter: filter.to_owned(),
        }
    }

    fn logged(format: LogFormat, filter: &str) -> String {
        let lines = Logged::default();
        let settings = settings(format, filter);
        let subscriber = subscriber(&settings, lines.clone(), false, None).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("request", request.id = "7", fan.id = tracing::field::Empty).entered();
            let _call = tracing::debug_span!("platform.call", wechat.endpoint = "sns/auth").entered();
            span.record("fan.id", "f1");
            tracing::info!(fan.id = "f1", took_ms = 3_u64, ok = true, "signed \"in\"\n小雨");
            tracing::debug!("details");
        });
        lines.take()
    }

    #[test]
    fn a_json_line_holds_message_fields_and_span() {
        let text = logged(LogFormat::Json, "info");
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["message"], "signed \"in\"\n小雨");
        assert_eq!(line["target"], "fanpass::logging::subscriber::tests");
        assert_eq!(
            (&line["fan.id"], &line["took_ms"], &line["ok"]),
            (&json!("f1"), &json!(3), &json!(true))
        );
        assert_eq!(
            line["span"],
            json!({ "name": "request", "request.id": "7", "fan.id": "f1" })
        );
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{text}");
    }

    #[test]
    fn a_json_line_in_an_inner_span_still_holds_the_request_s_fields() {
        let text = logged(LogFormat::Json, "debug");
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let expected = json!({
                "name": "platform.call", "request.id": "7", "fan.id": "f1", "wechat.endpoint": "sns/auth",
            });
            assert_eq!(line["span"], expected);
        }
        assert_eq!(text.lines().count(), 2, "{text}");
    }

    #[test]
    fn a_json_line_outside_a_span_has_none() {
        let lines = Logged::default();
        let settings = settings(LogFormat::Json, "info");
        let subscriber = subscriber(&settings, lines.clone(), false, None).unwrap();
        tracing::subscriber::with_default(subscriber, || tracing::info!("started"));
        let text = lines.take();
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&line["message"], line.get("span")), (&json!("started"), None));
    }

    #[test]
    fn a_text_line_has_no_colours_outside_a_terminal() {
        let text = logged(LogFormat::Text, "info");
        assert!(
            text.contains("request.id=\"7\"") && text.contains("fan.id=\"f1\""),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn the_filter_chooses_by_module() {
        let text = logged(LogFormat::Text, "off,fanpass::logging=debug");
        assert!(text.contains("details"), "{text}");
        assert_eq!(logged(LogFormat::Text, "off,fanpass::settings=debug"), "");
    }

    #[test]
    fn the_audit_trail_is_silenced_only_by_name() {
        let trail = |filter: &str| {
            let (lines, settings) = (Logged::default(), settings(LogFormat::Text, filter));
            let subscriber = subscriber(&settings, lines.clone(), false, None).unwrap();
            tracing::subscriber::with_default(subscriber, || {
                let account = AppId::parse("wx0000000000000001").unwrap();
                audit::operator_act(&account, audit::OperatorAct::SignOutAll);
            });
            lines.take()
        };
        for filter in ["error", "off", "fanpass=debug"] {
            assert!(trail(filter).contains("audit.event=\"sign_out_all\""), "{filter}");
        }
        assert_eq!(trail("info,audit=off"), "");
    }
}
