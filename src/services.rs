//! What fanpass does, without HTTP and without SQL.

pub mod account_tokens;
pub mod apps;
pub mod audit_trail;
pub mod avatars;
pub mod clock_watch;
pub mod config_file;
pub mod daily_counts;
mod error;
pub mod fan_turns;
pub mod fans;
pub mod health;
pub mod jobs;
pub mod jssdk;
pub mod key_reseal;
mod lease;
pub mod login;
pub mod me;
pub mod menu;
pub mod photos;
pub mod picture_pool;
pub mod push;
pub mod qr_codes;
pub mod relay;
pub mod sealing;
pub mod sessions;
mod streamed_body;
pub mod web_tokens;

pub use error::ServiceError;
pub use streamed_body::{BrokenOff, StreamedBody};
