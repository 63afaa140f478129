use std::{net::IpAddr, num::NonZeroU32};

use governor::Quota;

use super::event_limit::{EventLimit, OverLimit};
use crate::domain::client_network;

/// IPs share counters: if 10,000 are active at once, seven in a hundred share a counter with another.
const COUNTERS: usize = 131_072;

/// A limit of events per IP. IPv6 counts by /64, which is one subscriber. Clones share the counters.
#[derive(Clone)]
pub struct IpRateLimit(Option<EventLimit<IpAddr>>);

impl IpRateLimit {
    /// Allows `events` per IP and minute, in a burst or evenly. 0 means no limit.
    pub fn per_minute(events: u32) -> Self {
        let quota = NonZeroU32::new(events).map(Quota::per_minute);
        Self(quota.map(|quota| EventLimit::new(quota, COUNTERS)))
    }

    /// Counts an event.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn admit(&self, ip: IpAddr) -> Result<(), OverLimit> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.admit(&client_network(ip))
    }
}

#[cfg(test)]
mod tests {
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
}
