//! Metrics of what is passed on to the operator's other systems.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{account_label::Account, label_values::label_values};

/// Seconds; an answer counts within three and a half.
const BUCKETS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.5, 10.0];

label_values! {
    /// What became of a push at a target.
    ForwardOutcome {
        Taken = "taken",
        Refused = "refused",
        Unreachable = "unreachable",
        Unreadable = "unreadable",
        Answered = "answered",
        AnsweredLate = "answered_late",
        NoAnswer = "no_answer",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    target: String,
    outcome: ForwardOutcome,
    account: Account,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TargetLabels {
    target: String,
    account: Account,
}

type Durations = Family<TargetLabels, Histogram, fn() -> Histogram>;

/// Metrics of the targets of every account.
#[derive(Debug)]
pub(super) struct ForwardFamilies {
    outcomes: Family<OutcomeLabels, Counter>,
    durations: Durations,
}

impl ForwardFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let families = Self {
            outcomes: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
        };
        registry.register(
            "fanpass_push_forwards",
            "Pushes passed on by target and outcome: taken, refused (another status than 2xx), unreachable, unreadable (no key \
             opens it any more); and of the answering target answered, answered_late, no_answer (it cannot be used)",
            families.outcomes.clone(),
        );
        registry.register(
            "fanpass_push_forward_duration_seconds",
            "How long targets took to take a push",
            families.durations.clone(),
        );
        families
    }

    /// The metrics of one account. It has no series yet.
    pub(super) fn of(&self, account: Account) -> ForwardMetrics {
        ForwardMetrics {
            outcomes: self.outcomes.clone(),
            durations: self.durations.clone(),
            account,
        }
    }
}

/// Metrics of one account's targets, whose names are the settings' own.
#[derive(Debug, Clone)]
pub struct ForwardMetrics {
    outcomes: Family<OutcomeLabels, Counter>,
    durations: Durations,
    account: Account,
}

impl ForwardMetrics {
    /// Begins the series of a target at 0: an alert would miss one that begins at 1.
    pub fn announce(&self, target: &str) {
        for outcome in ForwardOutcome::ALL {
            drop(self.outcomes.get_or_create(&self.labels(target, *outcome)));
        }
    }

    /// Counts an outcome.
    pub fn record(&self, target: &str, outcome: ForwardOutcome) {
        self.outcomes.get_or_create(&self.labels(target, outcome)).inc();
    }

    /// Records how long a target took to take a push.
    pub fn took(&self, target: &str, elapsed: Duration) {
        let labels = TargetLabels {
            target: target.to_owned(),
            account: self.account.clone(),
        };
        self.durations.get_or_create(&labels).observe(elapsed.as_secs_f64());
    }

    fn labels(&self, target: &str, outcome: ForwardOutcome) -> OutcomeLabels {
        OutcomeLabels {
            target: target.to_owned(),
            outcome,
            account: self.account.clone(),
        }
    }
}
