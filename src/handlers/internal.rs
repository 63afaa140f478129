//! The internal listener: the operator's own systems, each with its key. `domain/routes.rs` lists its routes,
//! `http/policy/internal.rs` their methods and policies.

pub mod tokens;

use actix_web::web;

use self::tokens::TokensState;
use crate::services::apps::Apps;

/// The rooms' states, one set per worker thread.
pub struct InternalState {
    /// Whose a key is.
    pub apps: Apps,
    /// The state of `tokens`.
    pub tokens: TokensState,
}

/// Every route of the internal listener.
pub fn configure(config: &mut web::ServiceConfig, state: InternalState) {
    config.app_data(web::Data::new(state.apps));
    tokens::configure(config, state.tokens);
}
