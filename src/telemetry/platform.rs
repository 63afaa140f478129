//! What is counted of the calls to the platform.

use std::{sync::LazyLock, time::Duration};

use metrics::{Counter, Histogram};

use super::{catalogue, family::Family};

/// Every login calls it, so its series are there from the start: an alert does not see the first step of a new one.
const EXCHANGE: &str = "sns/oauth2/access_token";

const OUTCOMES: [&str; 10] = [
    "ok",
    "busy",
    "reauthorize",
    "token_ended",
    "configuration",
    "quota",
    "frequency",
    "permanent",
    "garbage",
    "timeout",
];

static REQUESTS: LazyLock<Family<Counter, 2>> = LazyLock::new(|| {
    let exchange = OUTCOMES.map(|outcome| [EXCHANGE, outcome]);
    Family::new(catalogue::PLATFORM_REQUESTS, &exchange)
});
static DURATION: LazyLock<Family<Histogram, 1>> =
    LazyLock::new(|| Family::new(catalogue::PLATFORM_DURATION, &[[EXCHANGE]]));

/// A call ended. `endpoint` and `outcome` are words of the client's own, never parts of an address.
pub fn called(endpoint: &'static str, outcome: &'static str, took: Duration) {
    REQUESTS.with([endpoint, outcome], |counter| counter.increment(1));
    DURATION.with([endpoint], |histogram| histogram.record(took));
}

pub(super) fn prepare() {
    LazyLock::force(&REQUESTS);
    LazyLock::force(&DURATION);
}
