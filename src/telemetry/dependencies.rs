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
        AccountToken = "account_token",
        Storage = "storage",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DependencyLabels {
    dependency: Dependency,
    /// None for what the accounts of a process share.
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
            "1 if the database, the cache, the platform or (where photos are enabled) the object storage works, or the platform issues the account's token; 0 if not. \
             The platform and the token are judged by the last real call of each account, and have no series before the first; \
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

    /// A dependency as one account finds it. It has no series yet.
    pub(super) fn of_account(&self, dependency: Dependency, account: Account) -> DependencyUp {
        DependencyUp {
            up: self.up.clone(),
            dependency,
            account,
        }
    }
}

/// Whether a dependency works for one account.
#[derive(Debug, Clone)]
pub struct DependencyUp {
    up: Family<DependencyLabels, Gauge<u32, AtomicU32>>,
    dependency: Dependency,
    account: Account,
}

impl DependencyUp {
    /// Sets whether it works, as last known.
    pub fn set(&self, is_up: bool) {
        let labels = DependencyLabels {
            dependency: self.dependency,
            account: Some(self.account.clone()),
        };
        self.up.get_or_create(&labels).set(u32::from(is_up));
    }
}
