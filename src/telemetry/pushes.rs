//! Metrics of the platform's server push.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{account_label::Account, durations::durations, label_values::label_values};
use crate::domain::PushKind;

label_values! {
    /// How a push was answered.
    PushOutcome {
        Replied = "replied",
        Success = "success",
        NotUnderstood = "not_understood",
        Refused = "refused",
        TryAgain = "try_again",
        Verified = "verified",
    }
}

/// The kinds that have a series of their own. Others are `other`: what is pushed decides about no number of series.
const KINDS: &[&str] = &[
    "text",
    "image",
    "voice",
    "video",
    "shortvideo",
    "location",
    "link",
    "subscribe",
    "unsubscribe",
    "scan",
    "click",
    "view",
    "user_info_modified",
    "user_authorization_revoke",
    "user_authorization_cancellation",
];
const OTHER: &str = "other";
/// Of a push that was not read.
const UNREAD: &str = "none";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PushLabels {
    kind: &'static str,
    outcome: PushOutcome,
    account: Account,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AccountLabels {
    account: Account,
}

/// Metrics of the pushes to every account.
#[derive(Debug)]
pub(super) struct PushFamilies {
    pushes: Family<PushLabels, Counter>,
    repeats: Family<AccountLabels, Counter>,
    durations: Family<AccountLabels, Histogram>,
}

impl PushFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let families = Self {
            pushes: Family::default(),
            repeats: Family::default(),
            durations: Family::new_with_constructor(durations),
        };
        registry.register(
            "fanpass_pushes",
            "Pushes of the platform by kind and how they were answered; the kind of one that was refused or not understood \
             is none",
            families.pushes.clone(),
        );
        registry.register(
            "fanpass_push_repeats",
            "Pushes that had come before and got the first answer",
            families.repeats.clone(),
        );
        registry.register(
            "fanpass_push_duration_seconds",
            "How long the answer to a genuine push took",
            families.durations.clone(),
        );
        families
    }

    /// The metrics of one account.
    pub(super) fn of(&self, account: Account) -> PushMetrics {
        let labels = AccountLabels {
            account: account.clone(),
        };
        PushMetrics {
            pushes: self.pushes.clone(),
            repeats: self.repeats.get_or_create(&labels).clone(),
            durations: self.durations.get_or_create(&labels).clone(),
            account,
        }
    }
}

/// Metrics of the pushes to one account.
#[derive(Debug, Clone)]
pub struct PushMetrics {
    pushes: Family<PushLabels, Counter>,
    repeats: Counter,
    durations: Histogram,
    account: Account,
}

impl PushMetrics {
    /// Counts a push. `kind`: none if it was not read.
    pub fn record(&self, kind: Option<&PushKind>, outcome: PushOutcome) {
        let name = kind.map_or(UNREAD, |kind| {
            let known = KINDS.iter().find(|known| **known == kind.name());
            known.copied().unwrap_or(OTHER)
        });
        let labels = PushLabels {
            kind: name,
            outcome,
            account: self.account.clone(),
        };
        self.pushes.get_or_create(&labels).inc();
    }

    /// Counts a push that had come before.
    pub fn repeated(&self) {
        self.repeats.inc();
    }

    /// Notes how long a genuine push took.
    pub fn took(&self, duration: Duration) {
        self.durations.observe(duration.as_secs_f64());
    }
}
