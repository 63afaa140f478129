//! Limits how often one IP may request the routes of a group.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::HttpRequest;
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, StateStore},
};

use crate::{
    audit::{Refusal, RefusalTrail},
    domain::client_network,
    http::{
        client_ip::{client_ip, is_private},
        error::AppError,
    },
    settings::UnnamedProxy,
};

/// Counters, 8 bytes each. IPs share them: if 10,000 are active at once, seven in a hundred share a counter with another.
const COUNTERS: usize = 131_072;

/// The period of the limit, and so the longest that anyone waits.
const PERIOD_SECONDS: u32 = 60;

/// The limit per IP. IPv6 counts by /64, which is one subscriber.
#[derive(Clone)]
pub struct RateLimit {
    limiter: Option<Arc<Limiter>>,
    trail: RefusalTrail,
    has_warned: Arc<AtomicBool>,
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

impl RateLimit {
    /// Allows `per_minute` requests per IP and minute, in a burst or evenly. 0 means no limit. Refusals go to the `trail`.
    pub fn new(per_minute: u32, trail: RefusalTrail) -> Self {
        let quota = NonZeroU32::new(per_minute).map(Quota::per_minute);
        let limiter = quota.map(|quota| {
            let counters = Counters::new(COUNTERS);
            Arc::new(RateLimiter::new(quota, counters, DefaultClock::default()))
        });
        Self {
            limiter,
            trail,
            has_warned: Arc::default(),
        }
    }

    /// Counts a request, or refuses it and records that.
    ///
    /// # Errors
    /// [`AppError::TooManyRequests`].
    pub(super) fn admit(&self, request: &HttpRequest) -> Result<(), AppError> {
        let Some(ip) = client_ip(request) else { return Ok(()) };
        self.check(ip).inspect_err(|_| {
            let peer = request.peer_addr().map(|peer| peer.ip());
            self.note_refusal(ip, peer);
        })
    }

    /// `peer` is the other end of the connection, and `ip` the visitor whose requests are counted.
    fn note_refusal(&self, ip: IpAddr, peer: Option<IpAddr>) {
        self.trail.record(Refusal::RateLimit, None, Some(ip));
        // Behind a trusted proxy the two differ.
        let may_be_proxy = peer.is_some_and(|peer| peer.to_canonical() == ip);
        if may_be_proxy && !self.has_warned.swap(true, Ordering::Relaxed) {
            let private_ip = Some(ip).filter(|ip| is_private(*ip));
            tracing::warn!(message = %UnnamedProxy::OverLimit { private_ip });
        }
    }

    fn check(&self, ip: IpAddr) -> Result<(), AppError> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(&client_network(ip)).map_err(|refused| {
            let wait: Duration = refused.wait_time_from(limiter.clock().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(PERIOD_SECONDS);
            AppError::TooManyRequests {
                retry_after: seconds.saturating_add(1),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::{
        domain::{AppId, Clock, TimeZone},
        telemetry::{self, events::AccountEvents},
    };

    fn limit(per_minute: u32) -> RateLimit {
        let account = AppId::parse("wx0000000000000001").unwrap();
        let (clock, utc) = (Clock::system(), TimeZone::parse("UTC").unwrap());
        let events = AccountEvents::new(telemetry::metrics().account(&account), clock.clone(), utc);
        RateLimit::new(per_minute, RefusalTrail::new(account, events, clock))
    }

    fn v6(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_ip_has_its_share_and_no_more() {
        let limit = limit(2);
        let (one, other) = (v6("192.0.2.1"), v6("192.0.2.2"));
        assert!(limit.check(one).is_ok() && limit.check(one).is_ok());
        assert!(matches!(
            limit.check(one),
            Err(AppError::TooManyRequests { retry_after: 1..=31 })
        ));
        assert!(limit.check(other).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = limit(0);
        assert!((0..1000).all(|_| limit.check(v6("192.0.2.1")).is_ok()));
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_ip() {
        let limit = limit(1);
        assert!(limit.check(v6("2001:db8::1")).is_ok());
        assert!(limit.check(v6("2001:db8::ffff:1")).is_err());
        assert!(limit.check(v6("2001:db8:0:1::1")).is_ok());
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
