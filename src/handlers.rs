//! The HTTP handlers. Each one extracts what it needs, calls a service, and builds the response.

pub mod internal;
mod methods;
pub mod ops;
pub mod public;
