//! What every request passes.

pub mod app_error;
pub mod client_address;
pub mod connection_watch;
pub mod error_pages;
pub mod every_request;
pub mod head;
pub mod own_cookies;
pub mod rate_limit;
pub mod request_limits;
pub mod request_log;
pub mod request_span;
pub mod security_headers;
pub mod session;
