use std::collections::BTreeMap;

use actix_web::{Resource, Route, middleware::Compress, web};

use super::{
    callback::callback, index::index, login::login, logout::logout, register::register, root_files,
    signed_out::signed_out, static_files::static_file, welcome::welcome,
};
use crate::middleware::app_error::AppError;

/// Every public route. The limits of the login routes are [`crate::middleware::rate_limit`]'s.
pub fn configure(config: &mut web::ServiceConfig, files: &BTreeMap<String, String>) {
    root_files::configure(config, files);
    config
        .service(page("/", web::get().to(index)))
        .service(page("/login", web::get().to(login)))
        .service(page("/welcome", web::get().to(welcome)))
        .service(page("/register", web::get().to(register)))
        .service(page("/wechat/callback", web::get().to(callback)))
        .service(page("/logout", web::post().to(logout)))
        .service(page("/signed-out", web::get().to(signed_out)))
        .service(
            web::scope("/static")
                .wrap(Compress::default())
                .service(page("/{name:.*}", web::get().to(static_file))),
        )
        .default_service(web::to(|| async { Err::<&str, _>(AppError::NotFound) }));
}

fn page(path: &str, route: Route) -> Resource {
    web::resource(path)
        .route(route)
        .default_service(web::to(|| async { Err::<&str, _>(AppError::MethodNotAllowed) }))
}
