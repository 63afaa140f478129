//! Metrics of the database and its connection pool.

use std::{sync::atomic::AtomicU32, time::Duration};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::{durations::durations, label_values::label_values};

label_values! {
    /// How an operation ended.
    DatabaseOutcome {
        Ok = "ok",
        Unavailable = "unavailable",
        Conflict = "conflict",
        Corrupt = "corrupt",
        Other = "other",
    }
}

label_values! {
    /// Why an operation was rejected before it began.
    DatabaseRefusal {
        Full = "full",
        Late = "late",
        CircuitOpen = "circuit_open",
        Down = "down",
    }
}

label_values! {
    /// What a connection of the pool does.
    ConnectionState {
        InUse = "in_use",
        Idle = "idle",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    outcome: DatabaseOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: DatabaseRefusal,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConnectionLabels {
    state: ConnectionState,
}

/// How much of the connection pool is in use at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Connections that run an operation.
    pub in_use: u32,
    /// Connections that are free.
    pub idle: u32,
    /// Requests that wait for a connection.
    pub waiting: u32,
    /// The largest number of connections.
    pub max: u32,
}

/// Metrics of the database and its connection pool.
#[derive(Debug)]
pub struct DatabaseMetrics {
    operations: Family<OperationLabels, Counter>,
    durations: Histogram,
    connections: Family<ConnectionLabels, Gauge<u32, AtomicU32>>,
    max_connections: Gauge<u32, AtomicU32>,
    waiting: Gauge<u32, AtomicU32>,
    refusals: Family<RefusalLabels, Counter>,
}

impl DatabaseMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            operations: Family::default(),
            durations: durations(),
            connections: Family::default(),
            max_connections: Gauge::default(),
            waiting: Gauge::default(),
            refusals: Family::default(),
        };
        registry.register(
            "fanpass_database_operations",
            "Database operations; the outcome is ok or the kind of the error",
            metrics.operations.clone(),
        );
        registry.register(
            "fanpass_database_operation_duration_seconds",
            "Time of a database operation, including the wait for a connection",
            metrics.durations.clone(),
        );
        registry.register(
            "fanpass_database_connections",
            "Connections of the pool: in_use and idle",
            metrics.connections.clone(),
        );
        registry.register(
            "fanpass_database_connections_max",
            "The largest number of connections of the pool (database.pool_size)",
            metrics.max_connections.clone(),
        );
        registry.register(
            "fanpass_database_waiting_requests",
            "Requests that wait for a database connection",
            metrics.waiting.clone(),
        );
        registry.register(
            "fanpass_database_refusals",
            "Database operations rejected before they began: full (too many wait), late (no connection became free in time), \
             circuit_open (the database did not respond to others), down",
            metrics.refusals.clone(),
        );
        for outcome in [DatabaseOutcome::Ok, DatabaseOutcome::Unavailable] {
            drop(metrics.operations.get_or_create(&OperationLabels { outcome }));
        }
        for reason in DatabaseRefusal::ALL {
            drop(metrics.refusals.get_or_create(&RefusalLabels { reason: *reason }));
        }
        for state in ConnectionState::ALL {
            drop(metrics.connections.get_or_create(&ConnectionLabels { state: *state }));
        }
        metrics
    }

    /// Counts an operation that ended, with its duration.
    pub fn record(&self, outcome: DatabaseOutcome, took: Duration) {
        self.operations.get_or_create(&OperationLabels { outcome }).inc();
        self.durations.observe(took.as_secs_f64());
    }

    /// Counts an operation that was rejected before it began.
    pub fn refused(&self, reason: DatabaseRefusal) {
        self.refusals.get_or_create(&RefusalLabels { reason }).inc();
    }

    /// Sets the gauges of the pool.
    pub fn set_pool_use(&self, pool: PoolUse) {
        let connections = |state| self.connections.get_or_create(&ConnectionLabels { state });
        connections(ConnectionState::InUse).set(pool.in_use);
        connections(ConnectionState::Idle).set(pool.idle);
        self.waiting.set(pool.waiting);
        self.max_connections.set(pool.max);
    }
}
