//! HTTP in, HTTP out. Each handler extracts what it needs, calls one service method and shapes the response.

pub mod internal;
mod methods;
pub mod public;
