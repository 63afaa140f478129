//! The private listener: whether this process lives and is ready, and what it has counted. Errors are
//! `application/problem+json` (RFC 9457).

use std::time::Duration;

use actix_web::{
    HttpResponse, Route,
    guard::{Any, Get, Head},
    http::{StatusCode, header},
    web,
};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    domain::Timestamp,
    services::health::{Finding, Lifecycle, Phase, Report},
    telemetry,
};

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
    let probe = |path: &str, route: Route| web::resource(path).route(route).default_service(refuse());
    config
        .service(probe("/healthz", reading().to(healthz)))
        .service(probe("/readyz", reading().to(readyz)))
        .service(probe("/metrics", reading().to(metrics)))
        .default_service(web::to(|| async {
            problem(StatusCode::NOT_FOUND, "there is no such route here")
        }));
}

/// Some balancers ask with HEAD.
fn reading() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

fn refuse() -> Route {
    web::to(|| async {
        let mut refusal = problem(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are known here");
        let allow = header::HeaderValue::from_static("GET, HEAD");
        refusal.headers_mut().insert(header::ALLOW, allow);
        refusal
    })
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
        Phase::Starting | Phase::Stopping => telemetry::metrics().render(),
    };
    HttpResponse::Ok().content_type(telemetry::CONTENT_TYPE).body(text)
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

#[cfg(test)]
mod tests {
    use actix_web::{App, http::Method, test};

    use super::*;

    #[actix_web::test]
    async fn a_probe_with_head_has_the_status_of_one_with_get() {
        let life = Lifecycle::default();
        let app = App::new().app_data(web::Data::new(life.clone())).configure(configure);
        let app = test::init_service(app).await;
        let ask = async |method: Method, path: &str| {
            let request = test::TestRequest::with_uri(path).method(method).to_request();
            test::call_service(&app, request).await.status().as_u16()
        };
        let table = [
            ("/healthz", 200),
            ("/readyz", 503),
            ("/metrics", 200),
            ("/nothing", 404),
        ];
        for (path, status) in table {
            let asked = (ask(Method::GET, path).await, ask(Method::HEAD, path).await);
            assert_eq!(asked, (status, status), "{path}, starting");
        }
        life.stop();
        assert_eq!(ask(Method::HEAD, "/readyz").await, 503, "stopping");
    }
}
