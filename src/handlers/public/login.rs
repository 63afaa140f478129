//! Signing in and out: from the first redirect to WeChat to the signed-out page.

mod begin;
mod callback;
mod logout;
mod outside_wechat;
mod register;
mod signed_out;
mod wechat_browser;
mod welcome;

use std::sync::Arc;

use actix_web::{
    Resource,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};

use super::{PublicSite, resource};
use crate::{
    audit::RefusalTrail,
    domain::routes,
    handlers::methods::{GET_AND_HEAD, get_or_head},
    middleware::rate_limit::rate_limit,
    services::{
        login::Logins,
        sessions::{SessionRevocations, Sessions},
    },
    views::Views,
};

pub(super) use begin::begin_silently;
pub(super) use outside_wechat::instead_of_login;

/// What the handlers of this room share on one worker thread.
pub struct LoginState {
    /// Where and how the site is served.
    pub site: PublicSite,
    /// Renders the pages.
    pub views: Arc<Views>,
    /// Begins and checks sessions.
    pub sessions: Sessions,
    /// Revokes sessions.
    pub revocations: SessionRevocations,
    /// The audit trail of refused visitors.
    pub refusals: RefusalTrail,
    /// Begins and completes logins.
    pub logins: Logins,
}

/// The routes of this room. Those that begin or complete a login have a rate limit per IP, because they call the platform.
pub(super) fn configure(config: &mut web::ServiceConfig, state: LoginState) {
    config
        .app_data(web::Data::new(state))
        .service(limited(resource(
            routes::LOGIN,
            GET_AND_HEAD,
            get_or_head().to(begin::login),
        )))
        .service(limited(resource(
            routes::REGISTER,
            GET_AND_HEAD,
            get_or_head().to(register::register),
        )))
        // Without HEAD, because the request spends a code.
        .service(limited(resource(
            routes::CALLBACK,
            "GET",
            web::get().to(callback::callback),
        )))
        .service(resource(
            routes::WELCOME,
            GET_AND_HEAD,
            get_or_head().to(welcome::welcome),
        ))
        .service(resource(routes::LOGOUT, "POST", web::post().to(logout::logout)))
        .service(resource(
            routes::SIGNED_OUT,
            GET_AND_HEAD,
            get_or_head().to(signed_out::signed_out),
        ));
}

fn limited(
    resource: Resource,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    resource.wrap(from_fn(rate_limit))
}
