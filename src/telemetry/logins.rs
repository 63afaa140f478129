//! What is counted of logins.

use std::sync::LazyLock;

use metrics::Counter;

use super::{catalogue, family::Family};

/// Failures carry their reason in the second label; it is empty for every other outcome.
const OUTCOMES: [[&str; 2]; 15] = [
    ["signed_in", ""],
    ["unregistered", ""],
    ["declined", ""],
    ["snapshot", ""],
    ["restarted", ""],
    ["unknown_state", ""],
    ["failed", "code_refused"],
    ["failed", "configuration"],
    ["failed", "platform"],
    ["failed", "timeout"],
    ["failed", "busy"],
    ["failed", "under_way"],
    ["failed", "overloaded"],
    ["failed", "database"],
    ["failed", "internal"],
];

static BEGUN: LazyLock<Family<Counter, 1>> =
    LazyLock::new(|| Family::new(catalogue::LOGINS_BEGUN, &[["snsapi_base"], ["snsapi_userinfo"]]));
static ENDED: LazyLock<Family<Counter, 2>> = LazyLock::new(|| Family::new(catalogue::LOGINS, &OUTCOMES));
static REGISTRATIONS: LazyLock<Family<Counter, 0>> = LazyLock::new(|| Family::new(catalogue::REGISTRATIONS, &[[]]));

/// A browser was sent to the authorize page.
pub fn begun(scope: &'static str) {
    BEGUN.with([scope], |counter| counter.increment(1));
}

/// A callback was dealt with.
pub fn ended(outcome: &'static str) {
    ENDED.with([outcome, ""], |counter| counter.increment(1));
}

/// A callback failed.
pub fn failed(failure: &'static str) {
    ENDED.with(["failed", failure], |counter| counter.increment(1));
}

/// A fan was stored.
pub fn registered() {
    REGISTRATIONS.with([], |counter| counter.increment(1));
}

pub(super) fn prepare() {
    LazyLock::force(&BEGUN);
    LazyLock::force(&ENDED);
    LazyLock::force(&REGISTRATIONS);
}
