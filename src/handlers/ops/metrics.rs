use actix_web::{HttpResponse, web};

use crate::{
    domain::routes,
    handlers::methods::get_or_head,
    services::health::{Lifecycle, Phase},
    telemetry,
};

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, lifecycle: web::Data<Lifecycle>) {
    config
        .app_data(lifecycle)
        .service(web::resource(routes::METRICS).route(get_or_head().to(metrics)));
}

/// `GET /metrics`: the metrics in Prometheus's text format.
async fn metrics(lifecycle: web::Data<Lifecycle>) -> HttpResponse {
    let text = match lifecycle.phase() {
        Phase::Serving(health) => health.metrics().await,
        Phase::Starting | Phase::Stopping => telemetry::metrics().render(),
    };
    HttpResponse::Ok().content_type(telemetry::CONTENT_TYPE).body(text)
}
