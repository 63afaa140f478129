//! What every request passes.

mod body_limit;
pub mod connection_watch;
mod error_responses;
pub mod every_request;
pub mod head;
pub mod rate_limit;
mod request_limits;
mod request_log;
pub mod request_span;
pub mod security_headers;
#[cfg(test)]
mod tests;
