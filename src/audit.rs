//! The audit trail: one line in the log for every event that decides who is signed in and what is kept of a fan.
//!
//! Every line has the target `audit` and the fields `audit.event` and `account.app_id`; the request's span gives it
//! `request.id`. It names a fan by `fan.id`, never by openid or nickname. `client.ip` is personal data: keep such a log no longer than the law
//! allows.

mod refusal_counts;
mod refusals;

use std::net::IpAddr;

pub use refusals::RefusalTrail;

use self::refusal_counts::Bucket;
use crate::domain::{AppId, ChainPoint, ErasureReason, FanId};
pub use crate::telemetry::refusals::Refusal;

/// The target of every line of the trail. `log.filter` silences it only by name: `audit=off`.
pub const TARGET: &str = "audit";

/// What an operator did from the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorAct {
    /// A fan was forgotten.
    Forget(FanId),
    /// The sessions of one fan were ended.
    SignOut(FanId),
    /// All sessions were ended.
    SignOutAll,
}

impl OperatorAct {
    const fn fan(self) -> Option<FanId> {
        match self {
            Self::Forget(fan) | Self::SignOut(fan) => Some(fan),
            Self::SignOutAll => None,
        }
    }
}

/// Logs what an operator did, in the command's own log.
pub fn operator_act(account: &AppId, act: OperatorAct) {
    let event = match act {
        OperatorAct::Forget(_) => "forget",
        OperatorAct::SignOut(_) => "sign_out",
        OperatorAct::SignOutAll => "sign_out_all",
    };
    let fan = act.fan().map(tracing::field::display);
    tracing::info!(
        target: TARGET,
        {
            audit.event = event,
            account.app_id = %account,
            fan.id = fan
        },
        "an operator's command"
    );
}

/// Logs that an operator's act or an erasure takes effect in this process.
pub fn operator_act_applied(account: &AppId, act: OperatorAct) {
    let event = match act {
        OperatorAct::Forget(_) => "forget_applied",
        OperatorAct::SignOut(_) => "sign_out_applied",
        OperatorAct::SignOutAll => "sign_out_all_applied",
    };
    let fan = act.fan().map(tracing::field::display);
    tracing::info!(
        target: TARGET,
        {
            audit.event = event,
            account.app_id = %account,
            fan.id = fan
        },
        "sessions were ended"
    );
}

/// Logs that an erasure was asked for, other than by an operator's command: by the platform, the fan or the settings. After a
/// restore such a line says what to erase again.
pub fn erasure(account: &AppId, fan: FanId, reason: ErasureReason) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "erasure",
            account.app_id = %account,
            fan.id = %fan,
            audit.reason = reason.as_str()
        },
        "an erasure was asked for"
    );
}

/// Logs that a fan downloads what is kept of them.
pub fn export(account: &AppId, fan: FanId) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "export",
            account.app_id = %account,
            fan.id = %fan
        },
        "a fan downloads what is kept of them"
    );
}

/// Logs the head of the chain of the audit log in the database. A collected log thus knows heads that whoever changes the
/// database cannot change.
pub fn chained(account: &AppId, head: ChainPoint) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "chained",
            account.app_id = %account,
            audit.head = %head
        },
        "the audit log was chained"
    );
}

/// Logs up to where the audit log in the database was purged: whoever changes the database cannot change a collected log.
pub fn purged(account: &AppId, to: ChainPoint) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "purged",
            account.app_id = %account,
            audit.head = %to
        },
        "the audit log was purged of old rows"
    );
}

/// Logs that a session began.
pub fn sign_in(account: &AppId, fan: FanId, from: Option<IpAddr>) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "sign_in",
            account.app_id = %account,
            fan.id = %fan,
            client.ip = from.map(display)
        },
        "a fan signed in"
    );
}

/// Logs that a profile was stored with the fan's consent.
pub fn registration(account: &AppId, fan: FanId) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "registration",
            account.app_id = %account,
            fan.id = %fan
        },
        "a fan registered"
    );
}

/// Logs that a fan ended a session. A logout without a session has no line: anyone can send many of those, and none
/// ends anything.
pub fn logout(account: &AppId, fan: FanId, from: Option<IpAddr>) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "logout",
            account.app_id = %account,
            fan.id = %fan,
            client.ip = from.map(display)
        },
        "a fan logged out"
    );
}

/// Logs the first refusal of its kind in a minute, as [`RefusalTrail`] decides.
fn refusal(account: &AppId, why: Refusal, fan: Option<FanId>, from: Option<IpAddr>) {
    tracing::info!(
        target: TARGET,
        {
            audit.event = "refusal",
            audit.reason = why.as_str(),
            account.app_id = %account,
            fan.id = fan.map(display),
            client.ip = from.map(display)
        },
        "a request was refused"
    );
}

/// Logs how many refusals followed the first one. The line belongs to no request. The bucket has neither IP nor fan if
/// they were not counted separately.
fn repeated_refusals(account: &AppId, why: Refusal, of: Bucket, count: u64) {
    if count == 0 {
        return;
    }
    tracing::info!(
        target: TARGET,
        parent: None,
        {
            audit.event = "refusals_repeated",
            audit.reason = why.as_str(),
            audit.count = count,
            account.app_id = %account,
            fan.id = of.fan.map(display),
            client.ip = of.from.map(display)
        },
        "further requests were refused"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Clock, Random, TimeZone},
        telemetry::{self, events::AccountEvents, testing::Logged},
    };

    #[test]
    fn every_line_names_its_account() {
        let (lines, clock) = (Logged::default(), Clock::system());
        let _guard = lines.listen();
        let account = AppId::parse("wx00000000000000bb").unwrap();
        let fan = FanId::generate(&clock, &Random::system());
        operator_act(&account, OperatorAct::Forget(fan));
        operator_act_applied(&account, OperatorAct::SignOutAll);
        sign_in(&account, fan, None);
        registration(&account, fan);
        logout(&account, fan, None);
        let (metrics, utc) = (telemetry::metrics().account(&account), TimeZone::parse("UTC").unwrap());
        let events = AccountEvents::new(metrics, clock.clone(), utc);
        let refusals = RefusalTrail::new(account, events, clock);
        refusals.record(Refusal::Declined, Some(fan), None);
        refusals.record(Refusal::Declined, Some(fan), None);
        refusals.flush();
        let text = lines.take();
        let (all, of_account) = (text.lines(), "account.app_id=wx00000000000000bb");
        assert_eq!(all.clone().count(), 7, "{text}");
        assert!(all.into_iter().all(|line| line.contains(of_account)), "{text}");
    }
}
