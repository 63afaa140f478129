//! What the platform's server posts to us (消息推送), and what it is answered.
//!
//! `receive` finds out whether a push is genuine and opens it; `effect` says what it changes; `record` writes that down once,
//! in one transaction, with what is to be passed on (`forward`); `pushes` answers, by the rules of `replies`.

mod effect;
pub mod forward;
mod purge;
mod pushes;
mod receive;
mod record;
pub mod replies;
mod seal;
mod understood;

pub use self::{
    purge::PushPurge,
    pushes::{PushAnswer, Pushes, PushesParts},
    receive::{PushQuery, PushReceiver, PushRefusal, PushStamp, ReceivedPush},
    record::{PushRecords, PushRecordsParts},
    seal::PushReplies,
};
