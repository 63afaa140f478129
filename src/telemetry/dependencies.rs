//! Whether what this process leans on answers.

use std::sync::LazyLock;

use metrics::Gauge;

use super::{catalogue, family::Family};

static UP: LazyLock<Family<Gauge, 1>> = LazyLock::new(|| Family::new(catalogue::DEPENDENCY_UP, &[]));

/// What was last known of a dependency.
pub fn set_up(dependency: &'static str, is_up: bool) {
    UP.with([dependency], |gauge| gauge.set(u8::from(is_up)));
}

pub(super) fn prepare() {
    LazyLock::force(&UP);
}
