//! Metrics of the cache.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::label_values::label_values;

label_values! {
    /// Where the cache keeps its values.
    CacheStore {
        Memory = "memory",
        Redis = "redis",
    }
}

label_values! {
    /// What the cache was asked to do.
    CacheOperation {
        Get = "get",
        Put = "put",
        PutIfAbsent = "put_if_absent",
        PutIfEqual = "put_if_equal",
        Remove = "remove",
        RemoveIfEqual = "remove_if_equal",
    }
}

label_values! {
    /// How an operation ended: `hit` and `miss` for `get`, `ok` for every other.
    CacheOutcome {
        Hit = "hit",
        Miss = "miss",
        Ok = "ok",
        Error = "error",
        Overloaded = "overloaded",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    store: CacheStore,
    operation: CacheOperation,
    outcome: CacheOutcome,
}

/// Metrics of the cache.
#[derive(Debug)]
pub struct CacheMetrics {
    operations: Family<OperationLabels, Counter>,
}

impl CacheMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let operations = Family::<OperationLabels, Counter>::default();
        registry.register(
            "fanpass_cache_operations",
            "Cache operations; the outcome of get is hit, miss, error or overloaded, \
             of every other operation ok, error or overloaded (no connection became free in time)",
            operations.clone(),
        );
        for outcome in [CacheOutcome::Hit, CacheOutcome::Miss, CacheOutcome::Error] {
            drop(operations.get_or_create(&OperationLabels {
                store: CacheStore::Memory,
                operation: CacheOperation::Get,
                outcome,
            }));
        }
        Self { operations }
    }

    /// Counts an operation that ended.
    pub fn record(&self, store: CacheStore, operation: CacheOperation, outcome: CacheOutcome) {
        let labels = OperationLabels {
            store,
            operation,
            outcome,
        };
        self.operations.get_or_create(&labels).inc();
    }
}
