//! Server push (消息推送): what the platform sends to the account's server, and what it makes of the answer.

mod aes_key;
mod envelope;
mod log;
mod notice;
mod record;
mod reply;
mod settings;
mod signature;
mod xml;

pub use aes_key::AesKey;
pub use envelope::{Envelope, Sealing, verification_query};
pub use log::PushLog;
pub use notice::{Notice, Sender};
pub use record::{PushRecord, Try, Verification};
pub use reply::{Expected, Reply, read_reply};
pub use settings::{PushConfig, PushMode, PushSettings, PushSettingsChange};
