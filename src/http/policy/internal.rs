//! The groups of the internal listener.

use std::time::Duration;

use super::{
    AccessLog, BodyLimit, ContentPolicy, CookiePolicy, ErrorFormat, Methods, OpenerPolicy, OriginCheck, PolicyTable,
    ResourcePolicy, RouteGroup, RoutePolicy,
};
use crate::domain::routes;

/// Questions of the operator's own systems, which send a key that no browser sends by itself.
const API: RoutePolicy = RoutePolicy {
    body: BodyLimit {
        max_bytes: 16 * 1024,
        chunked: true,
        within: Duration::from_secs(10),
    },
    error_format: ErrorFormat::Problem,
    csp: ContentPolicy::Data,
    coop: OpenerPolicy::SameOrigin,
    corp: ResourcePolicy::SameOrigin,
    cache_control: "no-store",
    referrer: "no-referrer",
    varies_by_origin: false,
    origin_check: OriginCheck::OptedOut,
    cookies: CookiePolicy::None,
    rate_limit: None,
    access_log: AccessLog::Debug,
};

/// What SDKs ask in place of the platform.
const CREDENTIALS: RoutePolicy = RoutePolicy {
    error_format: ErrorFormat::Relay,
    ..API
};

/// Calls that are passed on to the platform: files of any size. The relay itself ends a body that stands still.
const RELAY: RoutePolicy = RoutePolicy {
    body: BodyLimit {
        max_bytes: u64::MAX,
        chunked: true,
        within: Duration::from_secs(24 * 3600),
    },
    ..CREDENTIALS
};

/// Every group.
pub const GROUPS: &[RouteGroup] = &[
    RouteGroup {
        policy: API,
        routes: &[
            (routes::INTERNAL_ACCESS_TOKEN, Methods::GET),
            (routes::INTERNAL_ACCESS_TOKEN_REFRESH, Methods::POST),
            (routes::INTERNAL_JSAPI_TICKET, Methods::GET),
            (routes::INTERNAL_FANS, Methods::GET),
            (routes::INTERNAL_FAN, Methods::GET),
            (routes::INTERNAL_FAN_PHOTOS, Methods::GET),
            (routes::INTERNAL_QR, Methods::POST),
        ],
    },
    RouteGroup {
        policy: CREDENTIALS,
        routes: &[
            (routes::INTERNAL_TOKEN, Methods::GET_AND_POST),
            (routes::INTERNAL_STABLE_TOKEN, Methods::POST),
        ],
    },
    RouteGroup {
        policy: RELAY,
        routes: &[(routes::INTERNAL_RELAY, Methods::GET_AND_POST)],
    },
];

/// The policies of the internal listener.
pub fn policies() -> PolicyTable {
    PolicyTable::new(GROUPS, API)
}
