//! Every route of the sandbox.

use actix_web::{
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use crate::{
    endpoint::Endpoint,
    handlers::{authorize, avatars, cgi, control, home, sns},
    inject::inject,
    pages,
};

/// The platform's own endpoints pass through the faults; the rest does not.
pub fn configure(cfg: &mut ServiceConfig) {
    let authorize = web::resource(Endpoint::Authorize.path())
        .route(web::get().to(authorize::show))
        .route(web::post().to(authorize::decide));
    cfg.service(authorize.wrap(from_fn(inject)));
    for (endpoint, route) in [
        (Endpoint::AccessToken, web::get().to(sns::access_token)),
        (Endpoint::RefreshToken, web::get().to(sns::refresh_token)),
        (Endpoint::Userinfo, web::get().to(sns::userinfo)),
        (Endpoint::Auth, web::get().to(sns::auth)),
    ] {
        let resource = web::resource(endpoint.path())
            .route(route)
            .default_service(web::to(sns::wrong_method));
        cfg.service(resource.wrap(from_fn(inject)));
    }
    let stable_token = web::resource(Endpoint::StableToken.path())
        .route(web::post().to(cgi::stable_token))
        .default_service(web::to(cgi::wrong_method));
    cfg.service(stable_token.wrap(from_fn(inject)));
    cfg.route("/", web::get().to(home::show))
        .route("/mmopen/vi_32/{avatar}/{size}", web::get().to(avatars::show))
        .service(
            web::scope("/sandbox")
                .route("/browser", web::post().to(home::choose))
                .route("/sandbox.css", web::get().to(pages::stylesheet))
                .configure(control::configure),
        );
}
