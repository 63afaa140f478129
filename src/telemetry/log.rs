//! What is counted of the log.

use std::sync::{LazyLock, OnceLock};

use metrics::Counter;
use tracing_appender::non_blocking::ErrorCounter;

use super::{catalogue, family::Family};

static LOST: LazyLock<Family<Counter, 0>> = LazyLock::new(|| Family::new(catalogue::LOG_LINES_LOST, &[[]]));

/// The log counts itself: its thread cannot while it waits for a reader.
static COUNTED: OnceLock<ErrorCounter> = OnceLock::new();

/// Reads from now on what this log counts. A process has one log.
pub fn follow(counter: ErrorCounter) {
    drop(COUNTED.set(counter));
}

/// Lines that found no room, since the start.
pub fn lost() -> u64 {
    let lost = COUNTED.get().map_or(0, ErrorCounter::dropped_lines);
    u64::try_from(lost).unwrap_or(u64::MAX)
}

pub(super) fn prepare() {
    LOST.with([], |counter| counter.absolute(lost()));
}
