//! Metrics of logins and registrations.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::{
    account_label::{Account, AccountLabels},
    label_values::label_values,
};
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
    account: Account,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoginLabels {
    outcome: LoginOutcome,
    /// Empty for every outcome but `failed`.
    failure: Option<FailureReason>,
    account: Account,
}

/// Metrics of the logins and registrations of every account.
#[derive(Debug)]
pub(super) struct LoginFamilies {
    begun: Family<ScopeLabels, Counter>,
    completed: Family<LoginLabels, Counter>,
    registrations: Family<AccountLabels, Counter>,
}

impl LoginFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let families = Self {
            begun: Family::default(),
            completed: Family::default(),
            registrations: Family::default(),
        };
        registry.register(
            "fanpass_logins_begun",
            "Browsers redirected to the authorize page, by scope",
            families.begun.clone(),
        );
        registry.register(
            "fanpass_logins",
            "Login callbacks by outcome; failure names the reason where the outcome is failed",
            families.completed.clone(),
        );
        registry.register(
            "fanpass_registrations",
            "Profiles stored after the fan consented, including those of fans who were registered already",
            families.registrations.clone(),
        );
        families
    }

    /// The metrics of one account, whose series begin at 0.
    pub(super) fn of(&self, account: Account) -> LoginMetrics {
        let of_account = AccountLabels {
            account: account.clone(),
        };
        let metrics = LoginMetrics {
            begun: self.begun.clone(),
            completed: self.completed.clone(),
            registrations: self.registrations.get_or_create(&of_account).clone(),
            account,
        };
        for scope in [Scope::Base, Scope::UserInfo] {
            drop(metrics.begun.get_or_create(&metrics.scope_labels(scope)));
        }
        let outcomes = LoginOutcome::ALL
            .iter()
            .filter(|outcome| **outcome != LoginOutcome::Failed);
        for outcome in outcomes {
            drop(metrics.completed.get_or_create(&metrics.completed_labels(*outcome)));
        }
        for reason in FailureReason::ALL {
            drop(metrics.completed.get_or_create(&metrics.failed_labels(*reason)));
        }
        metrics
    }
}

/// Metrics of the logins and registrations of one account.
#[derive(Debug, Clone)]
pub struct LoginMetrics {
    begun: Family<ScopeLabels, Counter>,
    completed: Family<LoginLabels, Counter>,
    registrations: Counter,
    account: Account,
}

impl LoginMetrics {
    /// Counts a browser that was redirected to the authorize page.
    pub(super) fn begun(&self, scope: Scope) {
        self.begun.get_or_create(&self.scope_labels(scope)).inc();
    }

    /// Counts a callback with any outcome but `failed`.
    pub(super) fn completed(&self, outcome: LoginOutcome) {
        self.completed.get_or_create(&self.completed_labels(outcome)).inc();
    }

    /// Counts a callback that failed.
    pub(super) fn failed(&self, reason: FailureReason) {
        self.completed.get_or_create(&self.failed_labels(reason)).inc();
    }

    /// Counts a stored profile.
    pub(super) fn registered(&self) {
        self.registrations.inc();
    }

    fn scope_labels(&self, scope: Scope) -> ScopeLabels {
        ScopeLabels {
            scope: scope.as_str(),
            account: self.account.clone(),
        }
    }

    fn completed_labels(&self, outcome: LoginOutcome) -> LoginLabels {
        LoginLabels {
            outcome,
            failure: None,
            account: self.account.clone(),
        }
    }

    fn failed_labels(&self, reason: FailureReason) -> LoginLabels {
        LoginLabels {
            outcome: LoginOutcome::Failed,
            failure: Some(reason),
            account: self.account.clone(),
        }
    }
}
