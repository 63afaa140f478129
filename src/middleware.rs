//! What every request passes.

pub mod app_error;
pub mod client_address;
pub mod error_pages;
pub mod own_cookies;
pub mod rate_limit;
pub mod request_log;
pub mod request_span;
pub mod security_headers;
pub mod session;
