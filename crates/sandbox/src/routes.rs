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
        (Endpoint::FanInfo, web::get().to(cgi::account::fan_info)),
        (Endpoint::Menu, web::get().to(cgi::account::menu)),
        (Endpoint::Ticket, web::get().to(cgi::account::ticket)),
        (Endpoint::MediaGet, web::get().to(cgi::media::get)),
    ] {
        let resource = web::resource(endpoint.path())
            .route(route)
            .default_service(web::to(sns::wrong_method));
        cfg.service(resource.wrap(from_fn(inject)));
    }
    for (endpoint, route) in [
        (Endpoint::StableToken, web::post().to(cgi::stable_token)),
        (Endpoint::Quota, web::post().to(cgi::account::quota)),
        (Endpoint::MediaUpload, web::post().to(cgi::media::upload)),
    ] {
        let resource = web::resource(endpoint.path())
            .app_data(web::PayloadConfig::new(cgi::media::MAX_UPLOAD))
            .route(route)
            .default_service(web::to(cgi::wrong_method));
        cfg.service(resource.wrap(from_fn(inject)));
    }
    cfg.route("/", web::get().to(home::show))
        .route("/mmopen/vi_32/{avatar}/{size}", web::get().to(avatars::show))
        .service(
            web::scope("/sandbox")
                .route("/browser", web::post().to(home::choose))
                .route("/sandbox.css", web::get().to(pages::stylesheet))
                .configure(control::configure),
        );
}
