//! The methods of a resource.

use actix_web::{
    Route,
    guard::{Any, Get, Head},
    web,
};

/// A route for GET and HEAD. Load balancers and link previews use HEAD.
pub(super) fn get_or_head() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}
