//! Whether the services that this process depends on work.

use std::sync::atomic::AtomicU32;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{account_label::Account, label_values::label_values};

label_values! {
    /// A service that this process depends on.
    Dependency {
        Database = "database",
        Cache = "cache",
        Platform = "platform",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DependencyLabels {
    dependency: Dependency,
    /// Of the platform alone. The accounts of a process share the others.
    account: Option<Account>,
}

/// Metrics of the services that this process depends on.
#[derive(Debug)]
pub struct DependencyMetrics {
    up: Family<DependencyLabels, Gauge<u32, AtomicU32>>,
}

impl DependencyMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let up = Family::<DependencyLabels, Gauge<u32, AtomicU32>>::default();
        registry.register(
            "fanpass_dependency_up",
            "1 if the database, the cache or the platform works, 0 if not. \
             The platform is judged by the last real call of each account, and has no series before the first; \
             account is empty for the others, which the accounts share",
            up.clone(),
        );
        Self { up }
    }

    /// Sets whether a dependency that the accounts share works, as last known.
    pub fn set_up(&self, dependency: Dependency, is_up: bool) {
        let account = None;
        let up = self.up.get_or_create(&DependencyLabels { dependency, account });
        up.set(u32::from(is_up));
    }

    /// The platform as one account finds it. It has no series yet.
    pub(super) fn platform(&self, account: Account) -> PlatformUp {
        PlatformUp {
            up: self.up.clone(),
            account,
        }
    }
}

/// Whether the platform works for one account.
#[derive(Debug, Clone)]
pub struct PlatformUp {
    up: Family<DependencyLabels, Gauge<u32, AtomicU32>>,
    account: Account,
}

impl PlatformUp {
    /// Sets whether it works, as last known.
    pub fn set(&self, is_up: bool) {
        let labels = DependencyLabels {
            dependency: Dependency::Platform,
            account: Some(self.account.clone()),
        };
        self.up.get_or_create(&labels).set(u32::from(is_up));
    }
}
