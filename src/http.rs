//! The HTTP parts that handlers and middleware share: errors, cookies, extractors and responses.

pub mod client_ip;
pub mod cookies;
pub mod error;
pub mod extract;
pub mod language;
pub mod request_id;
pub mod responses;
pub mod session;
