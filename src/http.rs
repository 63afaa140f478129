//! The HTTP parts that handlers and middleware share: route policies, errors, cookies, extractors and responses.

pub mod client_ip;
pub mod cookies;
pub mod error;
pub mod error_response;
pub mod extract;
pub mod form_target;
pub mod language;
pub mod origin;
pub mod policy;
pub mod request_id;
pub mod responses;
pub mod session;
