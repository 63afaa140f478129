//! Signing in and out: from the first redirect to WeChat to the signed-out page.

mod begin;
mod callback;
mod entry;
mod logout;
mod register;
mod signed_out;
mod wechat_browser;
mod welcome;

use actix_web::web;

pub use entry::LoginEntry;

use super::PublicSite;
use crate::{
    audit::RefusalTrail,
    domain::routes,
    handlers::methods::get_or_head,
    services::sessions::{SessionRevocations, Sessions},
    telemetry::events::AccountEvents,
};

/// What the handlers of this room share on one worker thread.
pub struct LoginState {
    /// Begins logins.
    pub entry: LoginEntry,
    /// Begins and checks sessions.
    pub sessions: Sessions,
    /// Revokes sessions.
    pub revocations: SessionRevocations,
    /// The audit trail of refused visitors.
    pub refusals: RefusalTrail,
    /// Counts what happens.
    pub events: AccountEvents,
}

impl LoginState {
    fn site(&self) -> &PublicSite {
        &self.entry.site
    }
}

/// The routes of this room, those of [`routes::LOGIN_ROUTES`].
pub(super) fn configure(config: &mut web::ServiceConfig, state: LoginState) {
    config
        .app_data(web::Data::new(state))
        .service(web::resource(routes::LOGIN).route(get_or_head().to(begin::login)))
        .service(web::resource(routes::REGISTER).route(get_or_head().to(register::register)))
        .service(web::resource(routes::CALLBACK).route(web::get().to(callback::callback)))
        .service(web::resource(routes::WELCOME).route(get_or_head().to(welcome::welcome)))
        .service(web::resource(routes::LOGOUT).route(web::post().to(logout::logout)))
        .service(web::resource(routes::SIGNED_OUT).route(get_or_head().to(signed_out::signed_out)));
}
