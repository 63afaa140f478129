//! Pages of a signed-in fan.

mod index;

use std::sync::Arc;

use actix_web::web;

use super::login::LoginEntry;
use crate::{
    domain::routes, handlers::methods::get_or_head, services::fans::Fans, telemetry::events::AccountEvents,
    views::Views,
};

/// What the handlers of this room share on one worker thread.
pub struct PagesState {
    /// Renders the pages.
    pub views: Arc<Views>,
    /// Looks fans up.
    pub fans: Fans,
    /// Counts sessions that end.
    pub events: AccountEvents,
    /// Begins the login of a visitor who is not signed in. `None` if `login.enabled` is false.
    pub login: Option<LoginEntry>,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: PagesState) {
    config
        .app_data(web::Data::new(state))
        .service(web::resource(routes::INDEX).route(get_or_head().to(index::index)));
}
