//! The internal listener: the operator's own systems, each with its key. `domain/routes.rs` lists its routes,
//! `http/policy/internal.rs` their methods and policies.

pub mod fans;
pub mod photos;
pub mod qr;
pub mod relay;
pub mod tokens;
pub mod virtual_credentials;

use actix_web::web;

use self::{fans::FansState, photos::FanPhotosState, qr::QrState, relay::RelayState, tokens::TokensState};
use crate::services::apps::callers::ApiCallers;

/// The rooms' states, one set per worker thread.
pub struct InternalState {
    /// Finds out who calls.
    pub callers: ApiCallers,
    /// The state of `tokens`.
    pub tokens: TokensState,
    /// The state of `fans`.
    pub fans: FansState,
    /// The state of `photos`.
    pub photos: FanPhotosState,
    /// The state of `qr`.
    pub qr: QrState,
    /// The state of `relay`.
    pub relay: RelayState,
}

/// Every route of the internal listener.
pub fn configure(config: &mut web::ServiceConfig, state: InternalState) {
    config.app_data(web::Data::new(state.callers));
    tokens::configure(config, state.tokens);
    fans::configure(config, state.fans);
    photos::configure(config, state.photos);
    qr::configure(config, state.qr);
    virtual_credentials::configure(config);
    relay::configure(config, state.relay);
}
