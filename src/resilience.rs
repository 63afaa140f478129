//! Keeps an outage of a dependency from becoming an outage of ours.

mod circuit_breaker;
mod concurrency_limit;
mod event_limit;
mod ip_rate_limit;
mod outage_log;

pub use circuit_breaker::{Admission, BreakerPolicy, CircuitBreaker};
pub use concurrency_limit::{AcquireError, ConcurrencyLimit, Permit, Usage};
pub use event_limit::{EventLimit, OverLimit};
pub use ip_rate_limit::IpRateLimit;
pub use outage_log::OutageLog;
