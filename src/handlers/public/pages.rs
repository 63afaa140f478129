//! Pages of a signed-in fan.

mod index;

use std::sync::Arc;

use actix_web::web;

use super::login::LoginEntry;
use crate::{
    domain::routes,
    handlers::methods::get_or_head,
    services::{avatars::Avatars, fans::Fans},
    telemetry::events::AccountEvents,
    views::{AppLink, Views},
};

/// What the handlers of this room share on one worker thread.
pub enum PagesState {
    /// Fans can sign in.
    WithLogins(Box<FanPages>),
    /// `login.enabled` is false. There is nothing but the pages.
    WithoutLogins,
}

/// What the pages of a signed-in fan need.
pub struct FanPages {
    /// Renders the pages.
    pub views: Arc<Views>,
    /// Looks fans up.
    pub fans: Fans,
    /// Where their avatars are.
    pub avatars: Avatars,
    /// Counts sessions that end.
    pub events: AccountEvents,
    /// Whether fans have photos.
    pub has_photos: bool,
    /// The apps that have pages.
    pub apps: Vec<AppLink>,
    /// Begins the login of a visitor who is not signed in.
    pub login: LoginEntry,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: PagesState) {
    let index = match state {
        PagesState::WithLogins(state) => {
            config.app_data(web::Data::new(*state));
            get_or_head().to(index::index)
        }
        PagesState::WithoutLogins => get_or_head().to(index::without_logins),
    };
    config.service(web::resource(routes::INDEX).route(index));
}
