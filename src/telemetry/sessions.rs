//! What is counted of sessions.

use std::sync::LazyLock;

use metrics::Counter;

use super::{catalogue, family::Family};

static BEGUN: LazyLock<Family<Counter, 0>> = LazyLock::new(|| Family::new(catalogue::SESSIONS_BEGUN, &[[]]));
static ENDED: LazyLock<Family<Counter, 1>> =
    LazyLock::new(|| Family::new(catalogue::SESSIONS_ENDED, &[["logout"], ["fan_gone"]]));

/// A fan signed in.
pub fn begun() {
    BEGUN.with([], |counter| counter.increment(1));
}

/// A session ended before its time.
pub fn ended(reason: &'static str) {
    ENDED.with([reason], |counter| counter.increment(1));
}

pub(super) fn prepare() {
    LazyLock::force(&BEGUN);
    LazyLock::force(&ENDED);
}
