//! What is counted of the database.

use std::{sync::LazyLock, time::Duration};

use metrics::{Counter, Gauge, Histogram};

use super::{catalogue, family::Family};

static OPERATIONS: LazyLock<Family<Counter, 1>> =
    LazyLock::new(|| Family::new(catalogue::DATABASE_OPERATIONS, &[["ok"], ["unavailable"]]));
static DURATION: LazyLock<Family<Histogram, 0>> = LazyLock::new(|| Family::new(catalogue::DATABASE_DURATION, &[[]]));
static REFUSALS: LazyLock<Family<Counter, 1>> = LazyLock::new(|| {
    Family::new(
        catalogue::DATABASE_REFUSALS,
        &[["full"], ["late"], ["silent"], ["down"]],
    )
});
static CONNECTIONS: LazyLock<Family<Gauge, 1>> =
    LazyLock::new(|| Family::new(catalogue::DATABASE_CONNECTIONS, &[["in_use"], ["idle"]]));
static MAX: LazyLock<Family<Gauge, 0>> = LazyLock::new(|| Family::new(catalogue::DATABASE_CONNECTIONS_MAX, &[[]]));
static WAITING: LazyLock<Family<Gauge, 0>> = LazyLock::new(|| Family::new(catalogue::DATABASE_WAITING, &[[]]));

/// How much of the pool is in use at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Connections that work.
    pub in_use: u32,
    /// Connections that wait for work.
    pub idle: u32,
    /// Requests that wait for a connection.
    pub waiting: u32,
    /// Connections at most.
    pub max: u32,
}

/// An operation ended with this outcome.
pub fn ended(outcome: &'static str, took: Duration) {
    OPERATIONS.with([outcome], |counter| counter.increment(1));
    DURATION.with([], |histogram| histogram.record(took));
}

/// An operation was turned away before it began.
pub fn refused(reason: &'static str) {
    REFUSALS.with([reason], |counter| counter.increment(1));
}

/// The pool as it is now.
pub fn set_pool_use(pool: PoolUse) {
    CONNECTIONS.with(["in_use"], |gauge| gauge.set(pool.in_use));
    CONNECTIONS.with(["idle"], |gauge| gauge.set(pool.idle));
    WAITING.with([], |gauge| gauge.set(pool.waiting));
    MAX.with([], |gauge| gauge.set(pool.max));
}

pub(super) fn prepare() {
    LazyLock::force(&OPERATIONS);
    LazyLock::force(&DURATION);
    LazyLock::force(&REFUSALS);
    LazyLock::force(&CONNECTIONS);
    LazyLock::force(&MAX);
    LazyLock::force(&WAITING);
}
