use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    web::{self, Bytes},
};

use crate::handlers::methods::get_or_head;

/// Serves the files that prove the domain to the platform's console (`MP_verify_….txt`) at the site's root, byte for byte.
pub(super) fn configure(config: &mut web::ServiceConfig, files: &BTreeMap<String, String>) {
    for (name, content) in files {
        let content = Bytes::from(content.clone());
        let serve = move || {
            let body = content.clone();
            async move { HttpResponse::Ok().content_type("text/plain").body(body) }
        };
        config.service(web::resource(format!("/{name}")).route(get_or_head().to(serve)));
    }
}
