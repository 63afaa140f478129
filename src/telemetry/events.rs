//! What happens in one account. One call counts it in the metrics of the process and in the account's day, so that the two
//! cannot drift apart: the metrics of these events can be counted only here.

use std::sync::Arc;

pub use super::day_tally::DayTotals;
use super::{
    AccountMetrics,
    day_tally::DayTally,
    logins::{FailureReason, LoginOutcome},
    refusals::Refusal,
    sessions::SessionEnd,
};
use crate::domain::{Clock, CountName, Scope, TimeZone};

/// Something that is counted of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A browser was sent to the authorize page.
    LoginBegun(Scope),
    /// A callback ended, with any outcome but `failed`.
    Login(LoginOutcome),
    /// A callback failed.
    LoginFailed(FailureReason),
    /// A session began with a login of this scope.
    SignIn(Scope),
    /// A profile was stored after the fan consented.
    Registration {
        /// Whether the fan has registered for the first time.
        is_new: bool,
    },
    /// A session ended before it expired.
    SessionEnded(SessionEnd),
    /// A request was refused.
    Refusal(Refusal),
    /// Somebody followed the account. They need not be registered.
    Followed,
    /// Somebody no longer follows the account.
    Unfollowed,
}

/// Counts the events of one account. Clones share the counts.
#[derive(Debug, Clone)]
pub struct AccountEvents {
    metrics: AccountMetrics,
    clock: Clock,
    time_zone: TimeZone,
    tally: Arc<DayTally>,
}

impl AccountEvents {
    /// Counts days of `time_zone`. Nothing has happened yet.
    pub fn new(metrics: AccountMetrics, clock: Clock, time_zone: TimeZone) -> Self {
        metrics.refusals.announce(Refusal::RateLimit);
        Self {
            metrics,
            clock,
            time_zone,
            tally: Arc::default(),
        }
    }

    /// Counts an event that happens now.
    pub fn record(&self, event: Event) {
        event.count_in(&self.metrics);
        if let Some(name) = event.name() {
            self.tally.add(self.time_zone.day_of(self.clock.now()), name);
            self.metrics.daily_counts.waiting(1);
        }
    }

    /// Removes and returns what was counted since the last call. Call [`Self::stored`] when it is in the database.
    pub fn take(&self) -> DayTotals {
        self.tally.take()
    }

    /// Notes that `count` events are in the database now.
    pub fn stored(&self, count: u64) {
        self.metrics.daily_counts.stored(count);
    }
}

impl Event {
    fn count_in(self, metrics: &AccountMetrics) {
        match self {
            Self::LoginBegun(scope) => metrics.logins.begun(scope),
            Self::Login(outcome) => metrics.logins.completed(outcome),
            Self::LoginFailed(reason) => metrics.logins.failed(reason),
            Self::SignIn(_) => metrics.sessions.begun(),
            Self::Registration { .. } => metrics.logins.registered(),
            Self::SessionEnded(reason) => metrics.sessions.ended(reason),
            Self::Refusal(reason) => metrics.refusals.record(reason),
            // Their pushes are counted by kind.
            Self::Followed | Self::Unfollowed => {}
        }
    }

    /// The name under which the day counts it.
    const fn name(self) -> Option<CountName> {
        Some(match self {
            Self::LoginBegun(Scope::Base) => CountName::SilentLoginBegun,
            Self::LoginBegun(Scope::UserInfo) => CountName::RegistrationBegun,
            Self::Login(outcome) => match outcome {
                LoginOutcome::Unregistered => CountName::Unregistered,
                LoginOutcome::Restarted => CountName::Restarted,
                // A day counts these as sign-ins, refusals and failures.
                LoginOutcome::SignedIn
                | LoginOutcome::Declined
                | LoginOutcome::Snapshot
                | LoginOutcome::UnknownState
                | LoginOutcome::Failed => return None,
            },
            Self::LoginFailed(reason) => match reason {
                FailureReason::CodeRefused => CountName::CodeRefusedFailure,
                FailureReason::Configuration => CountName::ConfigurationFailure,
                FailureReason::Platform => CountName::PlatformFailure,
                FailureReason::Timeout => CountName::TimeoutFailure,
                FailureReason::Busy => CountName::BusyFailure,
                FailureReason::UnderWay => CountName::UnderWayFailure,
                FailureReason::Overloaded => CountName::OverloadedFailure,
                FailureReason::Database => CountName::DatabaseFailure,
                FailureReason::Internal => CountName::InternalFailure,
            },
            Self::SignIn(Scope::Base) => CountName::SilentSignIn,
            Self::SignIn(Scope::UserInfo) => CountName::RegistrationSignIn,
            Self::Registration { is_new: true } => CountName::NewFan,
            Self::Registration { is_new: false } => CountName::KnownFan,
            Self::SessionEnded(SessionEnd::Logout) => CountName::Logout,
            Self::SessionEnded(SessionEnd::FanGone) => CountName::FanGone,
            Self::Refusal(reason) => match reason {
                Refusal::Declined => CountName::DeclinedRefusal,
                Refusal::Snapshot => CountName::SnapshotRefusal,
                Refusal::UnknownState => CountName::UnknownStateRefusal,
                Refusal::CodeRefused => CountName::CodeRefusal,
                Refusal::ForeignOrigin => CountName::ForeignOriginRefusal,
                Refusal::RateLimit => CountName::RateLimitRefusal,
                Refusal::ApiKey => CountName::ApiKeyRefusal,
                Refusal::ApiRight => CountName::ApiRightRefusal,
                Refusal::PushSignature => CountName::PushSignatureRefusal,
                Refusal::PushStale => CountName::PushStaleRefusal,
                Refusal::PushReplayed => CountName::PushReplayRefusal,
            },
            Self::Followed => CountName::Followed,
            Self::Unfollowed => CountName::Unfollowed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{AppId, Day, Timestamp},
        telemetry::metrics,
    };

    #[test]
    fn an_event_belongs_to_the_day_of_its_moment_in_the_zone() {
        let clock = Clock::system();
        let shanghai = TimeZone::parse("Asia/Shanghai").unwrap();
        let account = metrics().account(&AppId::parse("wx0000000000000001").unwrap());
        let events = AccountEvents::new(account, clock.clone(), shanghai);
        let midnight = Timestamp::parse("2026-11-27T16:00:00Z").unwrap();
        // Far enough from the border that the seconds of this test do not matter.
        clock.step_wall(midnight.plus_seconds(-60).seconds_since(clock.now()));
        events.record(Event::SignIn(Scope::Base));
        clock.step_wall(120);
        events.record(Event::SignIn(Scope::Base));
        events.record(Event::SignIn(Scope::Base));
        events.record(Event::Login(LoginOutcome::SignedIn));
        let day = |text| (Day::parse(text).unwrap(), CountName::SilentSignIn);
        let expected = [(day("2026-11-27"), 1), (day("2026-11-28"), 2)];
        assert_eq!(events.take(), DayTotals::from(expected));
        assert!(events.take().is_empty(), "each is taken once");
    }
}
