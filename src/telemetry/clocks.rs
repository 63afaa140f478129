//! How far the clocks of others are from ours.

use std::sync::LazyLock;

use metrics::Gauge;

use super::{catalogue, family::Family};

static OFFSET: LazyLock<Family<Gauge, 1>> = LazyLock::new(|| Family::new(catalogue::CLOCK_OFFSET, &[]));

/// The last offset in seconds, theirs less ours, of the clock of the `database` or the `cache`.
pub fn set_offset(of: &'static str, seconds: f64) {
    OFFSET.with([of], |gauge| gauge.set(seconds));
}

pub(super) fn prepare() {
    LazyLock::force(&OFFSET);
}
