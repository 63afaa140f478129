use url::Url;

use crate::settings::{
    loader::Section,
    url_rules::{UrlViolation, web_url},
};

/// `telemetry.*`: where traces go.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// An OpenTelemetry collector that takes OTLP over HTTP; absent: no traces.
    pub otlp_endpoint: Option<Url>,
}

impl TelemetrySettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let otlp_endpoint = section.optional_text("otlp_endpoint", collector);
        Some(Self {
            otlp_endpoint: otlp_endpoint?,
        })
    }
}

/// Credentials of a collector are secrets and come from the environment only. So a query is refused too.
fn collector(text: &str) -> Result<Url, UrlViolation> {
    let url = web_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlViolation::HasQuery);
    }
    Ok(url)
}
