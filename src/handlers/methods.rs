//! The methods of a resource.

use actix_web::{
    Route,
    guard::{Any, Get, Head},
    web,
};

/// The `Allow` header that goes with [`get_or_head`].
pub(super) const GET_AND_HEAD: &str = "GET, HEAD";

/// A route for GET and HEAD. Load balancers and link previews use HEAD.
pub(super) fn get_or_head() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}
