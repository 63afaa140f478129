//! What is counted of the cache.

use std::sync::LazyLock;

use metrics::Counter;

use super::{catalogue, family::Family};

static OPERATIONS: LazyLock<Family<Counter, 3>> = LazyLock::new(|| {
    let get = ["hit", "miss", "error"].map(|outcome| ["memory", "get", outcome]);
    Family::new(catalogue::CACHE_OPERATIONS, &get)
});

/// An operation ended. `store` and `operation` are words of the cache's own.
pub fn ended(store: &'static str, operation: &'static str, outcome: &'static str) {
    OPERATIONS.with([store, operation, outcome], |counter| counter.increment(1));
}

pub(super) fn prepare() {
    LazyLock::force(&OPERATIONS);
}
