//! Metrics of logins and registrations.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::label_values::label_values;
use crate::domain::Scope;

label_values! {
    /// How a callback ended.
    LoginOutcome {
        SignedIn = "signed_in",
        Unregistered = "unregistered",
        Declined = "declined",
        Snapshot = "snapshot",
        Restarted = "restarted",
        UnknownState = "unknown_state",
        Failed = "failed",
    }
}

label_values! {
    /// Why a callback failed.
    FailureReason {
        CodeRefused = "code_refused",
        Configuration = "configuration",
        Platform = "platform",
        Timeout = "timeout",
        Busy = "busy",
        UnderWay = "under_way",
        Overloaded = "overloaded",
        Database = "database",
        Internal = "internal",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ScopeLabels {
    scope: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoginLabels {
    outcome: LoginOutcome,
    /// Empty for every outcome but `failed`.
    failure: Option<FailureReason>,
}

/// Metrics of logins and registrations.
#[derive(Debug)]
pub struct LoginMetrics {
    begun: Family<ScopeLabels, Counter>,
    completed: Family<LoginLabels, Counter>,
    registrations: Counter,
}

impl LoginMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            begun: Family::default(),
            completed: Family::default(),
            registrations: Counter::default(),
        };
        registry.register(
            "fanpass_logins_begun",
            "Browsers redirected to the authorize page, by scope",
            metrics.begun.clone(),
        );
        registry.register(
            "fanpass_logins",
            "Login callbacks by outcome; failure names the reason where the outcome is failed",
            metrics.completed.clone(),
        );
        registry.register(
            "fanpass_registrations",
            "Profiles stored after the fan consented, including those of fans who were registered already",
            metrics.registrations.clone(),
        );
        for scope in [Scope::Base, Scope::UserInfo] {
            drop(metrics.begun.get_or_create(&scope_labels(scope)));
        }
        let outcomes = LoginOutcome::ALL
            .iter()
            .filter(|outcome| **outcome != LoginOutcome::Failed);
        for outcome in outcomes {
            drop(metrics.completed.get_or_create(&completed_labels(*outcome)));
        }
        for reason in FailureReason::ALL {
            drop(metrics.completed.get_or_create(&failed_labels(*reason)));
        }
        metrics
    }

    /// Counts a browser that was redirected to the authorize page.
    pub fn begun(&self, scope: Scope) {
        self.begun.get_or_create(&scope_labels(scope)).inc();
    }

    /// Counts a callback with any outcome but `failed`.
    pub fn completed(&self, outcome: LoginOutcome) {
        self.completed.get_or_create(&completed_labels(outcome)).inc();
    }

    /// Counts a callback that failed.
    pub fn failed(&self, reason: FailureReason) {
        self.completed.get_or_create(&failed_labels(reason)).inc();
    }

    /// Counts a stored profile.
    pub fn registered(&self) {
        self.registrations.inc();
    }
}

const fn scope_labels(scope: Scope) -> ScopeLabels {
    ScopeLabels { scope: scope.as_str() }
}

const fn completed_labels(outcome: LoginOutcome) -> LoginLabels {
    LoginLabels { outcome, failure: None }
}

const fn failed_labels(reason: FailureReason) -> LoginLabels {
    LoginLabels {
        outcome: LoginOutcome::Failed,
        failure: Some(reason),
    }
}
