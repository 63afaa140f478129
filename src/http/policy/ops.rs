//! The groups of the ops listener.

use std::time::Duration;

use super::{
    AccessLog, BodyLimit, ContentPolicy, CookiePolicy, ErrorFormat, Methods, OpenerPolicy, OriginCheck, PolicyTable,
    ResourcePolicy, RouteGroup, RoutePolicy,
};
use crate::domain::routes;

/// Health and metrics, for programs.
const PROBES: RoutePolicy = RoutePolicy {
    body: BodyLimit {
        max_bytes: 1024,
        chunked: false,
        within: Duration::from_secs(10),
    },
    error_format: ErrorFormat::Problem,
    csp: ContentPolicy::Data,
    coop: OpenerPolicy::SameOrigin,
    corp: ResourcePolicy::SameOrigin,
    cache_control: "no-store",
    referrer: "no-referrer",
    varies_by_origin: false,
    origin_check: OriginCheck::Required,
    cookies: CookiePolicy::None,
    rate_limit: None,
    access_log: AccessLog::Off,
};

/// Every group.
pub const GROUPS: &[RouteGroup] = &[RouteGroup {
    policy: PROBES,
    routes: &[
        (routes::HEALTHZ, Methods::GET_AND_HEAD),
        (routes::READYZ, Methods::GET_AND_HEAD),
        (routes::METRICS, Methods::GET_AND_HEAD),
    ],
}];

/// The policies of the ops listener.
pub fn policies() -> PolicyTable {
    PolicyTable::new(GROUPS, PROBES)
}
