//! Every route of the sandbox.

use std::future::ready;

use actix_web::{
    HttpRequest,
    http::Method,
    middleware::from_fn,
    web::{self, Bytes, Data, ServiceConfig},
};

use crate::{
    endpoint::Endpoint,
    handlers::{account, authorize, avatars, cgi, control, home, jssdk, push, show_qr_code, sns},
    inject::inject,
    own_forms::own_forms,
    pages,
    platform::Platform,
};

/// Where the platform's server API has further endpoints.
const OTHER_PATHS: &str = "/{group:cgi-bin|datacube|customservice|wxaapi|card}/{path:.*}";

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
        (Endpoint::MediaGet, web::get().to(cgi::media::get)),
    ] {
        let resource = web::resource(endpoint.path())
            .route(route)
            .default_service(web::to(sns::wrong_method));
        cfg.service(resource.wrap(from_fn(inject)));
    }
    let upload = web::resource(Endpoint::MediaUpload.path())
        .route(web::post().to(cgi::media::upload))
        .default_service(web::to(cgi::wrong_method));
    cfg.service(upload.wrap(from_fn(inject)));
    for (endpoint, method, handler, needs_token) in cgi::endpoints() {
        let answer = move |request: HttpRequest, body: Bytes, platform: Data<Platform>| {
            ready(cgi::answer(
                (endpoint, handler, needs_token),
                &request,
                &body,
                &platform,
            ))
        };
        let resource = web::resource(endpoint.path()).route(web::method(method.clone()).to(answer));
        let resource = match method {
            Method::GET => resource.default_service(web::to(sns::wrong_method)),
            _ => resource.default_service(web::to(cgi::wrong_method)),
        };
        cfg.service(resource.wrap(from_fn(inject)));
    }
    cfg.route("/cgi-bin/showqrcode", web::get().to(show_qr_code::show));
    let other = web::resource(OTHER_PATHS).default_service(web::to(cgi::no_endpoint));
    cfg.service(other.wrap(from_fn(inject)));
    cfg.route("/open/js/jweixin-1.6.0.js", web::get().to(jssdk::file))
        .route("/open/jssdk/verify", web::post().to(jssdk::verify))
        .route("/open/jssdk/upload", web::post().to(jssdk::upload));
    cfg.route("/", web::get().to(home::show))
        .route("/account", web::get().to(account::show))
        .route("/push", web::get().to(push::show))
        .service(
            web::scope("/push")
                .wrap(from_fn(own_forms))
                .route("/act", web::post().to(push::act))
                .route("/send", web::post().to(push::send))
                .route("/verify", web::post().to(push::verify)),
        )
        .service(
            web::resource(Endpoint::Avatar.path())
                .route(web::get().to(avatars::show))
                .wrap(from_fn(inject)),
        )
        .service(
            web::scope("/sandbox")
                .wrap(from_fn(own_forms))
                .route("/browser", web::post().to(home::choose))
                .route("/sandbox.css", web::get().to(pages::stylesheet))
                .configure(control::configure),
        );
}
