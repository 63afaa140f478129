//! Traces for an OpenTelemetry collector: OTLP, protobuf over HTTP.
//!
//! Spans are sent in batches from a thread of their own, with a client that blocks: neither needs a runtime. Everything
//! else about the collector comes from the standard variables `OTEL_EXPORTER_OTLP_HEADERS`,
//! `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER` and `OTEL_BSP_…`.

use std::{env, fmt, future::Future, pin::Pin, time::Duration};

use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Level, Metadata};
use tracing_subscriber::{Layer, filter::filter_fn};
use url::Url;

use super::subscriber::Traces;
use crate::resilience::OutageLog;

/// How long one batch may take. A slow collector costs spans, but never delays a request.
const SEND_LIMIT: Duration = Duration::from_secs(5);

/// How long the end of the process waits for the last batch, at least and at most.
const FINISH_LIMITS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));

/// Sends spans until it is finished.
pub(super) struct Exporter {
    provider: SdkTracerProvider,
}

impl Exporter {
    pub(super) fn new(endpoint: &Url) -> Result<Self, String> {
        let url = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_endpoint(url)
            .with_timeout(SEND_LIMIT)
            .build()
            .map_err(|error| error.to_string())?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource());
        Ok(Self {
            provider: provider.build(),
        })
    }

    /// Turns our spans into spans of OpenTelemetry.
    pub(super) fn layer(&self) -> Traces {
        let layer = tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("fanpass"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false);
        Box::new(layer.with_filter(filter_fn(belongs_to_traces)))
    }

    pub(super) fn finish(self, limit: Duration) {
        let (least, most) = FINISH_LIMITS;
        if let Err(error) = self.provider.shutdown_with_timeout(limit.clamp(least, most)) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Our spans at every level that they have, and events from `info` on, whatever `log.filter` says.
fn belongs_to_traces(metadata: &Metadata<'_>) -> bool {
    let lowest = if metadata.is_span() { Level::DEBUG } else { Level::INFO };
    metadata.target().starts_with("fanpass") && *metadata.level() <= lowest
}

fn resource() -> Resource {
    let resource = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    match env::var_os("OTEL_SERVICE_NAME") {
        Some(_) => resource.build(),
        None => resource.with_service_name("fanpass").build(),
    }
}

/// Posts batches. Logs once that the collector does not take them, and once that it does again.
struct Client {
    agent: ureq::Agent,
    outage: OutageLog,
}

impl Client {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(SEND_LIMIT))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self {
            agent: config.into(),
            outage: OutageLog::default(),
        }
    }

    fn post(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let response = self.agent.run(Request::from_parts(parts, body.to_vec()))?;
        let (parts, mut body) = response.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }

    /// The text of an error may name the collector. It never shows credentials: those travel in headers.
    fn log_outcome(&self, fault: Option<String>) {
        match fault {
            Some(fault) if self.outage.record_failure() => {
                tracing::warn!(fault, "the collector takes no traces; they are lost meanwhile");
            }
            None if self.outage.record_success().is_some() => tracing::info!("the collector takes traces again"),
            Some(_) | None => {}
        }
    }
}

impl HttpClient for Client {
    fn send_bytes<'this, 'response>(
        &'this self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'response>>
    where
        'this: 'response,
        Self: 'response,
    {
        let response = self.post(request);
        self.log_outcome(match &response {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(response.status().to_string()),
            Err(error) => Some(error.to_string()),
        });
        Box::pin(std::future::ready(response))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Client")
    }
}
