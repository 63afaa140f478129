//! The public listener: each room has its routes. `domain/routes.rs` lists all of them.

pub mod login;
pub mod pages;
mod root_files;
mod site;
mod static_files;

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{Resource, Route, web};

pub use site::PublicSite;

use self::{login::LoginState, pages::PagesState};
use crate::http::error::AppError;

/// The rooms' states, one set per worker thread.
pub struct PublicState {
    /// The state of `login`.
    pub login: LoginState,
    /// The state of `pages`.
    pub pages: PagesState,
}

/// Every public route; `root_files` as in `wechat.root_files`.
pub fn configure(config: &mut web::ServiceConfig, state: PublicState, root_files: &BTreeMap<String, String>) {
    root_files::configure(config, root_files);
    let views = Arc::clone(&state.pages.views);
    pages::configure(config, state.pages);
    login::configure(config, state.login);
    static_files::configure(config, views);
    config.default_service(web::to(|| async { Err::<&str, _>(AppError::NotFound) }));
}

/// A resource with one route. Other methods get a 405 with this `Allow` header.
fn resource(path: &str, allow: &'static str, route: Route) -> Resource {
    let refuse = move || async move { Err::<&str, _>(AppError::MethodNotAllowed { allow }) };
    web::resource(path).route(route).default_service(web::to(refuse))
}
