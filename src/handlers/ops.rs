//! Handlers of the ops listener: health and metrics. `http/policy/ops.rs` lists their methods and policy.

mod health;
mod metrics;

use actix_web::web;

use crate::services::health::Lifecycle;

/// Every route of the ops listener.
pub fn configure(config: &mut web::ServiceConfig, lifecycle: &web::Data<Lifecycle>) {
    self::health::configure(config, web::Data::clone(lifecycle));
    self::metrics::configure(config, web::Data::clone(lifecycle));
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
