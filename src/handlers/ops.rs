//! The private listener: whether this process lives and is ready.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::services::health::Health;

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    database: &'static str,
    cache: &'static str,
}

/// The routes of the private listener.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz));
}

/// `GET /healthz`: this process answers.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

/// `GET /readyz`: 200 as long as this process serves. An outage that it survives is named, and drains no replica.
async fn readyz(health: web::Data<Health>) -> HttpResponse {
    let found = health.check().await;
    let word = |up: bool| if up { "up" } else { "degraded" };
    let readiness = Readiness {
        status: "ready",
        database: word(found.database),
        cache: word(found.cache),
    };
    HttpResponse::Ok().json(readiness)
}
