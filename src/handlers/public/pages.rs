//! Pages of a signed-in fan.

mod index;

use std::sync::Arc;

use actix_web::web;

use super::{login, resource};
use crate::{
    domain::routes,
    handlers::methods::{GET_AND_HEAD, get_or_head},
    services::fans::Fans,
    views::Views,
};

/// What the handlers of this room share on one worker thread.
pub struct PagesState {
    /// Renders the pages.
    pub views: Arc<Views>,
    /// Looks fans up.
    pub fans: Fans,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: PagesState) {
    config.app_data(web::Data::new(state)).service(resource(
        routes::INDEX,
        GET_AND_HEAD,
        get_or_head().to(index::index),
    ));
}
