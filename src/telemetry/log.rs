//! What is counted of the log.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

use metrics::Counter;

use super::{catalogue, family::Family};

static LINES: LazyLock<Family<Counter, 0>> = LazyLock::new(|| Family::new(catalogue::LOG_LINES_LOST, &[[]]));
static AUDIT_LINES: LazyLock<Family<Counter, 0>> = LazyLock::new(|| Family::new(catalogue::AUDIT_LINES_LOST, &[[]]));

static LOST: AtomicU64 = AtomicU64::new(0);
static AUDIT_LOST: AtomicU64 = AtomicU64::new(0);

/// A line found no room.
pub fn lose(is_audit: bool) {
    LOST.fetch_add(1, Ordering::Relaxed);
    if is_audit {
        AUDIT_LOST.fetch_add(1, Ordering::Relaxed);
    }
}

/// Lines that found no room, since the start.
pub fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// Those of them that belong to the audit trail.
pub fn audit_lost() -> u64 {
    AUDIT_LOST.load(Ordering::Relaxed)
}

pub(super) fn prepare() {
    LINES.with([], |counter| counter.absolute(lost()));
    AUDIT_LINES.with([], |counter| counter.absolute(audit_lost()));
}
