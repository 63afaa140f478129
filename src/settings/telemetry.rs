use url::Url;

use super::{address, fault::Wrong, section::Section};

/// `telemetry.*`: where traces go.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// An OpenTelemetry collector that takes OTLP over HTTP; absent: no traces.
    pub otlp_endpoint: Option<Url>,
}

impl TelemetrySettings {
    pub(super) fn read(section: Section<'_>) -> Option<Self> {
        let otlp_endpoint = section.optional_text("otlp_endpoint", collector);
        Some(Self {
            otlp_endpoint: otlp_endpoint?,
        })
    }
}

/// Credentials of a collector are a secret, which comes from the environment only; so a query is refused as well.
fn collector(text: &str) -> Result<Url, Wrong> {
    let url = address::web_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        let remedy = "leave it out; credentials go into the variable OTEL_EXPORTER_OTLP_HEADERS";
        return Err(Wrong::new("has a query or a fragment", remedy));
    }
    Ok(url)
}
