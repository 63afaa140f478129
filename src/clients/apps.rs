//! Calls to the operator's own systems, whose addresses stand in the settings.
//!
//! What answers there is not trusted, and an address may lead anywhere. So no redirect is followed. A name is resolved once,
//! all its addresses are judged, and one of these is connected to: a second answer of the name's server is never asked for.

mod request;
mod resolve;
mod url_guard;

use std::rc::Rc;

pub use self::{
    request::{AppCall, AppCallError, AppResponse},
    resolve::Resolver,
    url_guard::{OwnListeners, RefusedAddress, UrlGuard},
};
use super::wechat::{TlsConfig, connector::client_with};

/// Calls the operator's systems from one thread (awc's client cannot leave its thread). Clones share it.
#[derive(Clone)]
pub struct AppsClient {
    /// For https and for http.
    clients: Rc<(awc::Client, awc::Client)>,
    guard: UrlGuard,
    resolver: Resolver,
}

impl AppsClient {
    /// A client that never calls our own `listeners`.
    pub fn new(tls: &TlsConfig, listeners: OwnListeners, resolver: Resolver) -> Self {
        Self {
            clients: Rc::new((client_with(Some(tls)), client_with(None))),
            guard: UrlGuard::new(listeners),
            resolver,
        }
    }
}
