use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, StateStore},
};

use crate::domain::client_network;

/// Counters, 8 bytes each. IPs share them: if 10,000 are active at once, seven in a hundred share a counter with another.
const COUNTERS: usize = 131_072;

/// The period of a limit, and so the longest that anyone waits.
const PERIOD_SECONDS: u32 = 60;

/// A limit of events per IP. IPv6 counts by /64, which is one subscriber. Clones share the counters.
#[derive(Clone)]
pub struct IpRateLimit(Option<Arc<Limiter>>);

/// An IP is over its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverLimit {
    /// Until the next event is within the limit: 1 at least.
    pub seconds: u32,
}

type Limiter = RateLimiter<IpAddr, Counters, DefaultClock>;

/// A fixed number of counters, so that memory and work do not grow with the number of IPs. Which IPs share one is random in
/// each process, so that an attacker cannot choose whom to block.
struct Counters {
    states: Box<[InMemoryState]>,
    hasher: RandomState,
}

impl Counters {
    fn new(count: usize) -> Self {
        Self {
            states: std::iter::repeat_with(InMemoryState::default).take(count).collect(),
            hasher: RandomState::new(),
        }
    }

    fn of(&self, ip: &IpAddr) -> Option<&InMemoryState> {
        let count = u64::try_from(self.states.len()).ok()?;
        let index = self.hasher.hash_one(ip).checked_rem(count)?;
        self.states.get(usize::try_from(index).ok()?)
    }
}

impl StateStore for Counters {
    type Key = IpAddr;

    fn measure_and_replace<T, F, E>(&self, ip: &IpAddr, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        match self.of(ip) {
            Some(state) => state.measure_and_replace(&NotKeyed::NonKey, measure),
            None => measure(None).map(|(outcome, _)| outcome),
        }
    }
}

impl IpRateLimit {
    /// Allows `events` per IP and minute, in a burst or evenly. 0 means no limit.
    pub fn per_minute(events: u32) -> Self {
        let quota = NonZeroU32::new(events).map(Quota::per_minute);
        Self(quota.map(|quota| {
            let counters = Counters::new(COUNTERS);
            Arc::new(RateLimiter::new(quota, counters, DefaultClock::default()))
        }))
    }

    /// Counts an event.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn admit(&self, ip: IpAddr) -> Result<(), OverLimit> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(&client_network(ip)).map_err(|refused| {
            let wait: Duration = refused.wait_time_from(limiter.clock().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(PERIOD_SECONDS);
            OverLimit {
                seconds: seconds.saturating_add(1),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_ip_has_its_share_and_no_more() {
        let limit = IpRateLimit::per_minute(2);
        let (one, other) = (ip("192.0.2.1"), ip("192.0.2.2"));
        assert!(limit.admit(one).is_ok() && limit.admit(one).is_ok());
        assert!(matches!(limit.admit(one), Err(OverLimit { seconds: 1..=31 })));
        assert!(limit.admit(other).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = IpRateLimit::per_minute(0);
        assert!((0..1000).all(|_| limit.admit(ip("192.0.2.1")).is_ok()));
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_ip() {
        let limit = IpRateLimit::per_minute(1);
        assert!(limit.admit(ip("2001:db8::1")).is_ok());
        assert!(limit.admit(ip("2001:db8::ffff:1")).is_err());
        assert!(limit.admit(ip("2001:db8:0:1::1")).is_ok());
    }

    #[test]
    fn many_ips_need_no_more_memory_and_are_still_counted() {
        let counters = Counters::new(64);
        let limiter: Limiter = RateLimiter::new(Quota::per_minute(NonZeroU32::MIN), counters, DefaultClock::default());
        let ips = (0..10_000).map(|number| IpAddr::V4(Ipv4Addr::from(number)));
        let admitted = ips.filter(|ip| limiter.check_key(ip).is_ok()).count();
        assert!((1..=64).contains(&admitted), "{admitted}");
    }
}
