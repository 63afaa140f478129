//! What fanpass does, without HTTP and without SQL.

pub mod clock_watch;
pub mod code_claims;
mod error;
pub mod fans;
pub mod health;
pub mod in_flight;
mod lease;
pub mod login;
pub mod login_marks;
pub mod operators;
pub mod pending_logins;
pub mod platform_log;
pub mod profiles;
pub mod sealing;
pub mod session_endings;
pub mod sessions;
pub mod web_tokens;

pub use error::ServiceError;
