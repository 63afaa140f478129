//! Handlers of private listeners. Today there is one, the ops listener, with health and metrics.

mod health;
mod metrics;
mod problem;

use actix_web::{
    Resource, Route,
    http::{StatusCode, header},
    web,
};

use self::problem::problem;
use crate::{handlers::methods::GET_AND_HEAD, services::health::Lifecycle};

/// Every route of the ops listener.
pub fn configure(config: &mut web::ServiceConfig, lifecycle: &web::Data<Lifecycle>) {
    self::health::configure(config, web::Data::clone(lifecycle));
    self::metrics::configure(config, web::Data::clone(lifecycle));
    config.default_service(web::to(|| async {
        problem(StatusCode::NOT_FOUND, "there is no such route here")
    }));
}

/// A resource with one route for GET and HEAD. Other methods are refused.
fn resource(path: &str, route: Route) -> Resource {
    let refuse = || async {
        let mut refusal = problem(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are known here");
        let allow = header::HeaderValue::from_static(GET_AND_HEAD);
        refusal.headers_mut().insert(header::ALLOW, allow);
        refusal
    };
    web::resource(path).route(route).default_service(web::to(refuse))
}

#[cfg(test)]
mod tests {
    use actix_web::{App, http::Method, test};

    use super::*;

    #[actix_web::test]
    async fn a_probe_with_head_has_the_status_of_one_with_get() {
        let lifecycle = Lifecycle::default();
        let data = web::Data::new(lifecycle.clone());
        let app = App::new().configure(|config| configure(config, &data));
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
        lifecycle.stop();
        assert_eq!(ask(Method::HEAD, "/readyz").await, 503, "stopping");
    }
}
