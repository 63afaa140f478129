use std::collections::BTreeMap;

use actix_web::{
    Resource, Route,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::{Any, Get, Head},
    middleware::{Compress, from_fn},
    web,
};

use super::{
    callback::callback, index::index, login::login, logout::logout, register::register, root_files,
    signed_out::signed_out, static_files::static_file, welcome::welcome,
};
use crate::middleware::{app_error::AppError, rate_limit::rate_limit};

/// Every public route. Those that begin or complete a login, which costs the platform's time, are limited per address.
pub fn configure(config: &mut web::ServiceConfig, files: &BTreeMap<String, String>) {
    root_files::configure(config, files);
    config
        .service(page("/", GET_AND_HEAD, reading().to(index)))
        .service(limited(page("/login", GET_AND_HEAD, reading().to(login))))
        .service(page("/welcome", GET_AND_HEAD, reading().to(welcome)))
        .service(limited(page("/register", GET_AND_HEAD, reading().to(register))))
        .service(limited(page("/wechat/callback", "GET", web::get().to(callback))))
        .service(page("/logout", "POST", web::post().to(logout)))
        .service(page("/signed-out", GET_AND_HEAD, reading().to(signed_out)))
        .service(web::scope("/static").wrap(Compress::default()).service(page(
            "/{name:.*}",
            GET_AND_HEAD,
            reading().to(static_file),
        )))
        .default_service(web::to(|| async { Err::<&str, _>(AppError::NotFound) }));
}

const GET_AND_HEAD: &str = "GET, HEAD";

/// For what may be asked for with HEAD too. The callback may not: it spends a code.
fn reading() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

fn page(path: &str, allow: &'static str, route: Route) -> Resource {
    let refuse = move || async move { Err::<&str, _>(AppError::MethodNotAllowed { allow }) };
    web::resource(path).route(route).default_service(web::to(refuse))
}

fn limited(
    page: Resource,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    page.wrap(from_fn(rate_limit))
}
