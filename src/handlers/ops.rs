//! The private listener: whether this process lives and is ready, and what it has counted. Errors are
//! `application/problem+json` (RFC 9457).

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    domain::Timestamp,
    services::health::{Finding, Lifecycle, Phase, Report},
    telemetry,
};

/// The form that Prometheus asks for.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    database: Part,
    cache: Part,
    platform: Part,
}

/// `up`, `degraded` or `unknown`; how long it took to find out, in milliseconds; when, and since when it is so.
#[derive(Serialize)]
struct Part {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
}

/// The routes of the private listener.
pub fn configure(config: &mut web::ServiceConfig) {
    let get = |path: &str, route: actix_web::Route| web::resource(path).route(route).default_service(refuse());
    config
        .service(get("/healthz", web::get().to(healthz)))
        .service(get("/readyz", web::get().to(readyz)))
        .service(get("/metrics", web::get().to(metrics)))
        .default_service(web::to(|| async {
            problem(StatusCode::NOT_FOUND, "there is no such route here")
        }));
}

fn refuse() -> actix_web::Route {
    web::to(|| async { problem(StatusCode::METHOD_NOT_ALLOWED, "only GET is known here") })
}

/// `GET /healthz`: this process answers.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

/// `GET /readyz`: 200 as long as this process serves. An outage that it survives is named, and drains no replica.
async fn readyz(life: web::Data<Lifecycle>) -> HttpResponse {
    match life.phase() {
        Phase::Starting => problem(StatusCode::SERVICE_UNAVAILABLE, "starting"),
        Phase::Stopping => problem(StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        Phase::Serving(health) => HttpResponse::Ok().json(Readiness::from(health.check().await)),
    }
}

/// `GET /metrics`: what was counted, in the text form of Prometheus.
async fn metrics(life: web::Data<Lifecycle>) -> HttpResponse {
    let text = match life.phase() {
        Phase::Serving(health) => health.metrics().await,
        Phase::Starting | Phase::Stopping => telemetry::render(),
    };
    HttpResponse::Ok().content_type(PROMETHEUS).body(text)
}

fn problem(status: StatusCode, detail: &str) -> HttpResponse {
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail,
    };
    HttpResponse::build(status)
        .content_type("application/problem+json")
        .body(serde_json::to_string(&problem).unwrap_or_default())
}

impl From<Report> for Readiness {
    fn from(report: Report) -> Self {
        Self {
            status: "ready",
            database: Part::from(Some(report.database)),
            cache: Part::from(Some(report.cache)),
            platform: Part::from(report.platform),
        }
    }
}

impl From<Option<Finding>> for Part {
    fn from(finding: Option<Finding>) -> Self {
        Self {
            state: match finding {
                Some(finding) if finding.is_up => "up",
                Some(_) => "degraded",
                None => "unknown",
            },
            took_ms: finding.map(|finding| milliseconds(finding.took)),
            checked_at: finding.and_then(|finding| rfc3339(finding.at)),
            since: finding.and_then(|finding| rfc3339(finding.since)),
        }
    }
}

/// With three digits: what answers from memory takes a few microseconds.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

fn rfc3339(moment: Timestamp) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(moment.unix_seconds()).ok()?;
    moment.format(&Rfc3339).ok()
}
