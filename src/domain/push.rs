//! What the platform's server posts to us (消息推送): messages that fans write, and events.

mod keys;
mod kind;
mod message;
mod push_hash;

pub use self::{
    keys::{EncodingAesKey, PushKeys, PushToken},
    kind::PushKind,
    message::{PushMessage, PushValue},
    push_hash::PushHash,
};
