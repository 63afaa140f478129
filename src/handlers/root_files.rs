use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    HttpResponse,
    guard::{Any, Get, Head},
    web,
};

/// Serves the console's proof files (`MP_verify_….txt`) at the site's root, byte for byte.
pub(super) fn configure(config: &mut web::ServiceConfig, files: &BTreeMap<String, String>) {
    for (name, content) in files {
        let content: Arc<str> = Arc::from(content.as_str());
        let serve = move || {
            let body = content.to_string();
            async move { HttpResponse::Ok().content_type("text/plain").body(body) }
        };
        config.route(&format!("/{name}"), web::route().guard(Any(Get()).or(Head())).to(serve));
    }
}
