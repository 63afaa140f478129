//! Sends pushes to the account's server, with the platform's tries.

mod attempt;
mod target;

use std::fmt;

use awc::Client;
use futures_util::future::join_all;
use serde::Deserialize;

use crate::{
    platform::Platform,
    push::{Notice, PushMode, PushRecord, Sender, Try},
};
pub use attempt::verify;
use attempt::{Sending, Stamp};
use target::Target;

/// 消息推送: three tries in all.
const TRIES: usize = 3;
/// The most copies that are sent at the same moment.
const MAX_COPIES: usize = 50;

/// How a push departs from what the platform does.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SendOptions {
    /// Another mode than the account's.
    pub mode: Option<PushMode>,
    /// Seconds by which the timestamp is off.
    pub timestamp_offset: i64,
    pub wrong_signature: bool,
    /// How many are sent at the same moment; 1 without it.
    pub copies: Option<usize>,
    /// Tries and copies share one timestamp and nonce.
    pub same_nonce: bool,
    /// These at each try, instead of new ones.
    pub timestamp: Option<i64>,
    pub nonce: Option<String>,
    /// Tries of each copy; 3 without it.
    pub tries: Option<usize>,
}

/// Why nothing can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReady {
    NoUrl,
    NoToken,
    NoKey,
    BadOptions,
    /// The sandbox stops.
    Stopped,
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = match self {
            Self::NoUrl => "there is no URL for pushes",
            Self::NoToken => "there is no Token for pushes",
            Self::NoKey => "there is no EncodingAESKey, and the mode needs one",
            Self::BadOptions => return write!(f, "copies is 1 to {MAX_COPIES}, tries is 1 to {TRIES}"),
            Self::Stopped => return f.write_str("the sandbox stops"),
        };
        write!(f, "{missing}; set it with PATCH /sandbox/settings {{\"push\": {{…}}}}")
    }
}

/// Who speaks in a push about this fan.
pub fn sender<'a>(platform: &'a Platform, openid: &'a str) -> Sender<'a> {
    Sender {
        app_id: &platform.app_id,
        original_id: &platform.original_id,
        platform: &platform.push_sender,
        openid,
        now: platform.clock.now(),
        message_id: platform.random.message_id(),
    }
}

/// Whether a push with these options can be sent.
///
/// # Errors
///
/// When a setting is missing, or an option is out of its bounds.
pub fn check(platform: &Platform, options: &SendOptions) -> Result<(), NotReady> {
    options.bounds()?;
    Target::of(platform, options.mode).map(drop)
}

impl SendOptions {
    /// Copies, and tries of each.
    fn bounds(&self) -> Result<(usize, usize), NotReady> {
        let (copies, tries) = (self.copies.unwrap_or(1), self.tries.unwrap_or(TRIES));
        let is_in_bounds = (1..=MAX_COPIES).contains(&copies) && (1..=TRIES).contains(&tries);
        is_in_bounds.then_some((copies, tries)).ok_or(NotReady::BadOptions)
    }
}

/// Sends a push until it is answered, three times at most, and keeps what became of it.
///
/// # Errors
///
/// When a setting is missing, or an option is out of its bounds.
pub async fn send(
    platform: &Platform,
    client: &Client,
    notice: &Notice,
    options: &SendOptions,
) -> Result<PushRecord, NotReady> {
    let (copies, tries) = options.bounds()?;
    let target = Target::of(platform, options.mode)?;
    let at = platform.clock.now();
    let shared = options.same_nonce.then(|| Stamp::new(platform, options));
    let sending = Sending {
        platform,
        client,
        target: &target,
        notice,
        wrong_signature: options.wrong_signature,
    };
    let sent = join_all((1..=copies).map(|copy| {
        let stamp = || shared.clone().unwrap_or_else(|| Stamp::new(platform, options));
        send_copy(&sending, copy, tries, stamp)
    }));
    let record = record(at, notice, target.mode, sent.await);
    Ok(platform.pushes.keep(record))
}

/// One of the copies, until it is answered.
async fn send_copy(sending: &Sending<'_>, copy: usize, tries: usize, stamp: impl Fn() -> Stamp) -> Vec<Try> {
    let mut made = Vec::new();
    for number in 1..=tries {
        let result = sending.attempt(stamp()).await;
        let is_answered = result.is_answered();
        made.push(Try { copy, number, ..result });
        if is_answered {
            break;
        }
    }
    made
}

fn record(at: i64, notice: &Notice, mode: PushMode, sent: Vec<Vec<Try>>) -> PushRecord {
    let is_taken = |tries: &Vec<Try>| tries.last().is_some_and(|last| last.fault.is_none());
    let taken = sent.iter().all(is_taken);
    let tries: Vec<Try> = sent.into_iter().flatten().collect();
    PushRecord {
        id: 0,
        at,
        openid: notice.openid.clone(),
        kind: notice.name(),
        text: notice.text.clone(),
        xml: notice.xml.clone(),
        mode,
        taken,
        fault_shown: !taken && notice.is_seen(),
        reply: tries
            .iter()
            .find_map(|each| each.reply.clone())
            .filter(|_| notice.is_seen()),
        tries,
    }
}
