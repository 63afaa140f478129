//! What is counted of requests that were refused.

use std::sync::LazyLock;

use metrics::Counter;

use super::{catalogue, family::Family};

static REFUSED: LazyLock<Family<Counter, 1>> = LazyLock::new(|| Family::new(catalogue::REFUSALS, &[["rate_limit"]]));

/// A request was refused, for a `reason` that the audit trail has a word for.
pub fn refused(reason: &'static str) {
    REFUSED.with([reason], |counter| counter.increment(1));
}

pub(super) fn prepare() {
    LazyLock::force(&REFUSED);
}
