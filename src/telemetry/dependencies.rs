//! Whether the services that this process depends on work.

use std::sync::atomic::AtomicU32;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::label_values::label_values;

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
             The platform is judged by the last real call, and has no series before the first",
            up.clone(),
        );
        Self { up }
    }

    /// Sets whether a dependency works, as last known.
    pub fn set_up(&self, dependency: Dependency, is_up: bool) {
        let up = self.up.get_or_create(&DependencyLabels { dependency });
        up.set(u32::from(is_up));
    }
}
