//! The health checks: whether this process is alive, and whether it is ready.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    domain::{Timestamp, routes},
    handlers::methods::get_or_head,
    http::error::AppError,
    services::health::{Finding, Lifecycle, Phase},
};

/// The report of `/readyz`: what each check found, under its name.
#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    #[serde(flatten, serialize_with = "in_order")]
    checks: Vec<(&'static str, DependencyState)>,
}

/// `up`, `degraded` or `unknown`, with the check's duration and time, and since when the state has lasted.
#[derive(Serialize)]
struct DependencyState {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, lifecycle: web::Data<Lifecycle>) {
    config
        .app_data(lifecycle)
        .service(web::resource(routes::HEALTHZ).route(get_or_head().to(healthz)))
        .service(web::resource(routes::READYZ).route(get_or_head().to(readyz)));
}

/// `GET /healthz`: always 200, because this process responds.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

/// `GET /readyz`: 200 while this process serves. Outages that it survives are reported, but take no replica out of service.
async fn readyz(lifecycle: web::Data<Lifecycle>) -> Result<HttpResponse, AppError> {
    match lifecycle.phase() {
        Phase::Starting => Err(AppError::Starting),
        Phase::Stopping => Err(AppError::Stopping),
        Phase::Serving(health) => Ok(HttpResponse::Ok().json(Readiness::from(health.check().await))),
    }
}

impl From<Vec<(&'static str, Option<Finding>)>> for Readiness {
    fn from(found: Vec<(&'static str, Option<Finding>)>) -> Self {
        let checks = found.into_iter();
        Self {
            status: "ready",
            checks: checks.map(|(name, found)| (name, found.into())).collect(),
        }
    }
}

fn in_order<S: Serializer>(checks: &[(&'static str, DependencyState)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(checks.iter().map(|(name, state)| (name, state)))
}

impl From<Option<Finding>> for DependencyState {
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

/// With three decimals, because a cache in memory responds within microseconds.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

fn rfc3339(moment: Timestamp) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(moment.unix_seconds()).ok()?;
    moment.format(&Rfc3339).ok()
}
