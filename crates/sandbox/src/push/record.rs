//! A push that was sent, with its tries.

use serde::Serialize;

use super::{reply::Reply, settings::PushMode};

/// A push and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct PushRecord {
    /// Counts up from 1.
    pub id: u64,
    /// Seconds since 1970 by the sandbox's clock.
    pub at: i64,
    pub openid: String,
    /// `text`, `event/subscribe`, `raw`.
    pub kind: String,
    /// What a chat shows of it.
    pub text: String,
    /// The push in clear.
    pub xml: String,
    pub mode: PushMode,
    pub tries: Vec<Try>,
    /// Whether each copy was answered in time, in a form that the platform takes.
    pub taken: bool,
    /// Whether the fan would read 该公众号提供的服务出现故障，请稍后再试.
    pub fault_shown: bool,
    /// What the fan would read.
    pub reply: Option<Reply>,
}

/// One request.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Try {
    /// Which of the copies that were sent at the same moment, from 1.
    pub copy: usize,
    /// 1 to 3.
    pub number: usize,
    pub timestamp: String,
    pub nonce: String,
    /// Milliseconds until the whole response was there, or until the sandbox gave up.
    pub ms: u64,
    /// `null` without a response.
    pub status: Option<u16>,
    /// The beginning of the response's body.
    pub body: String,
    /// What was sealed in it.
    pub opened: Option<String>,
    /// Whether the signature of a sealed reply is right; `null` where nothing is sealed.
    pub signature_ok: Option<bool>,
    /// Why the platform does not take this answer.
    pub fault: Option<String>,
    pub reply: Option<Reply>,
}

impl Try {
    /// 消息推送: without an answer the push comes again. A status other than 200 is no answer, a wrong body is one.
    pub fn is_answered(&self) -> bool {
        self.status == Some(200)
    }
}

/// What the console's check of the URL found.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    /// Whether the console would take the URL.
    pub ok: bool,
    /// `null` without a response.
    pub status: Option<u16>,
    pub body: String,
    pub echostr: String,
    pub ms: u64,
    pub fault: Option<String>,
}
