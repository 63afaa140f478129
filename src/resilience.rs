//! Keeps an outage of a dependency from becoming an outage of ours.

mod circuit_breaker;
mod concurrency_limit;
mod ip_rate_limit;
mod outage_log;

pub use circuit_breaker::{Admission, BreakerPolicy, CircuitBreaker};
pub use concurrency_limit::{AcquireError, ConcurrencyLimit, Permit, Usage};
pub use ip_rate_limit::{IpRateLimit, OverLimit};
pub use outage_log::OutageLog;
