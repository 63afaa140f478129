use std::{collections::HashMap, net::IpAddr};

use super::Refusal;
use crate::domain::{FanId, Timestamp};

/// For how many seconds one line stands for all refusals of a bucket.
const SECONDS: i64 = 60;

/// The refusals that share a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Bucket {
    /// The client's network; when many buckets are in use, the larger network around it.
    pub(super) from: Option<IpAddr>,
    pub(super) fan: Option<FanId>,
}

/// Counts refusals by reason and bucket, and decides which get a line of their own.
pub(super) struct RefusalCounts {
    reasons: HashMap<Refusal, Reason>,
    max_buckets: usize,
}

/// The buckets of one reason.
#[derive(Default)]
struct Reason {
    buckets: HashMap<Bucket, Repeats>,
    /// Refusals for whose bucket there is no room.
    others: u64,
}

/// The refusals of one bucket after its first.
pub(super) struct Repeats {
    since: Timestamp,
    count: u64,
}

impl RefusalCounts {
    pub(super) fn with_room_for(max_buckets: usize) -> Self {
        Self {
            reasons: HashMap::new(),
            max_buckets,
        }
    }

    /// Counts a refusal. If it gets a line of its own, returns its bucket and how many came after the last such line.
    /// `None`: it is only counted.
    pub(super) fn admit(&mut self, why: Refusal, bucket: Bucket, now: Timestamp) -> Option<(Bucket, u64)> {
        let reason = self.reasons.entry(why).or_default();
        let bucket = reason.bucket(bucket, self.max_buckets);
        let is_full = reason.buckets.len() >= self.max_buckets;
        match reason.buckets.get_mut(&bucket) {
            Some(repeats) if repeats.is_over(now) => {
                let repeats = std::mem::replace(repeats, Repeats::since(now));
                Some((bucket, repeats.count))
            }
            Some(repeats) => {
                repeats.count = repeats.count.saturating_add(1);
                None
            }
            None if is_full => {
                reason.others = reason.others.saturating_add(1);
                None
            }
            None => {
                reason.buckets.insert(bucket, Repeats::since(now));
                Some((bucket, 0))
            }
        }
    }

    /// Removes and returns what is due, and the refusals without room.
    pub(super) fn take(&mut self, is_due: impl Fn(&Repeats) -> bool) -> Vec<(Refusal, Bucket, u64)> {
        let reasons = self.reasons.iter_mut();
        reasons
            .flat_map(|(why, reason)| {
                let taken = reason.take(&is_due);
                taken.into_iter().map(|(bucket, count)| (*why, bucket, count))
            })
            .collect()
    }
}

impl Reason {
    /// The bucket itself, or that of the larger network: one customer may own 65,536 IPv6 networks of /64. So once half
    /// the room is used, new ones are counted by the /48.
    fn bucket(&self, bucket: Bucket, most: usize) -> Bucket {
        if self.buckets.len() < most / 2 || self.buckets.contains_key(&bucket) {
            return bucket;
        }
        Bucket {
            from: bucket.from.map(customer_network),
            ..bucket
        }
    }

    fn take(&mut self, is_due: impl Fn(&Repeats) -> bool) -> Vec<(Bucket, u64)> {
        let due = self.buckets.extract_if(|_, repeats| is_due(repeats));
        let mut taken: Vec<_> = due.map(|(bucket, repeats)| (bucket, repeats.count)).collect();
        let others = std::mem::take(&mut self.others);
        if others > 0 {
            taken.push((Bucket { from: None, fan: None }, others));
        }
        taken
    }
}

/// The largest network that one customer usually owns: the /48 of an IPv6 address, or the IPv4 address itself.
fn customer_network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & (u128::MAX << 80)).into()),
    }
}

impl Repeats {
    const fn since(since: Timestamp) -> Self {
        Self { since, count: 0 }
    }

    /// True also after the clock was set back.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        !(0..SECONDS).contains(&now.seconds_since(self.since))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use crate::domain::{Clock, Random, client_network};

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_438_800);

    fn from(ip: impl Into<IpAddr>) -> Bucket {
        Bucket {
            from: Some(client_network(ip.into())),
            fan: None,
        }
    }

    fn v4(number: u32) -> Bucket {
        from(Ipv4Addr::from_bits(number))
    }

    /// How many followed, if this one gets a line of its own.
    fn admit(counts: &mut RefusalCounts, why: Refusal, bucket: Bucket, second: i64) -> Option<u64> {
        let admitted = counts.admit(why, bucket, NOW.plus_seconds(second));
        admitted.map(|(_, repeats)| repeats)
    }

    #[test]
    fn the_first_refusal_of_a_minute_is_a_line_and_the_next_minute_says_how_many_followed() {
        let mut counts = RefusalCounts::with_room_for(10);
        let mut admit = |bucket, why, second| admit(&mut counts, why, bucket, second);
        assert_eq!(admit(v4(1), Refusal::RateLimit, 0), Some(0));
        for second in 0..SECONDS {
            assert_eq!(admit(v4(1), Refusal::RateLimit, second), None);
        }
        assert_eq!(admit(v4(2), Refusal::RateLimit, 0), Some(0), "another IP");
        assert_eq!(admit(v4(1), Refusal::Declined, 0), Some(0), "another reason");
        assert_eq!(admit(v4(1), Refusal::RateLimit, SECONDS), Some(60));
        let back = admit(v4(1), Refusal::RateLimit, -100);
        assert_eq!(back, Some(0), "a clock that was set back");
    }

    #[test]
    fn further_refusals_are_logged_even_if_none_comes_any_more() {
        let (mut counts, why) = (RefusalCounts::with_room_for(10), Refusal::RateLimit);
        let (ours, later) = (v4(1), v4(2));
        for (bucket, at) in [(ours, 0), (ours, 1), (ours, 2), (later, 30), (later, 31)] {
            admit(&mut counts, why, bucket, at);
        }
        let over = |repeats: &Repeats| repeats.is_over(NOW.plus_seconds(SECONDS));
        assert_eq!(counts.take(over), [(why, ours, 2)]);
        assert_eq!(counts.take(over), []);
        assert_eq!(counts.take(|_| true), [(why, later, 1)]);
    }

    #[test]
    fn any_number_of_ips_takes_bounded_room_and_is_still_counted() {
        let (mut counts, why) = (RefusalCounts::with_room_for(10), Refusal::UnknownState);
        let lines = (0..1000).filter_map(|number| admit(&mut counts, why, v4(number), 0));
        assert_eq!(lines.count(), 10);
        let taken = counts.take(|_| true);
        assert_eq!(taken.len(), 11);
        assert_eq!(taken.iter().map(|(_, _, count)| count).sum::<u64>(), 990);
        assert!(taken.contains(&(why, Bucket { from: None, fan: None }, 990)));
    }

    #[test]
    fn a_flood_of_one_reason_hides_no_other_reason() {
        let mut counts = RefusalCounts::with_room_for(10);
        for number in 0..1000 {
            admit(&mut counts, Refusal::UnknownState, v4(number), 0);
        }
        assert_eq!(admit(&mut counts, Refusal::ForeignOrigin, v4(2000), 0), Some(0));
    }

    #[test]
    fn a_whole_48_of_ipv6_takes_half_the_room_and_hides_nobody_else() {
        let (mut counts, why) = (RefusalCounts::with_room_for(10), Refusal::UnknownState);
        let of_48 = |number: u16| from(Ipv6Addr::new(0x2001, 0xdb8, 1, number, 0, 0, 0, 1));
        let lines = (1..=1000).filter_map(|number| admit(&mut counts, why, of_48(number), 0));
        assert_eq!(lines.count(), 6, "half the room, and one for the whole network");
        assert_eq!(admit(&mut counts, why, v4(1), 0), Some(0));
        let elsewhere = from(Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1));
        assert_eq!(admit(&mut counts, why, elsewhere, 0), Some(0));
        let whole: IpAddr = "2001:db8:1::".parse().unwrap();
        let taken = counts.take(|_| true);
        let counts = taken.iter().filter(|(_, bucket, _)| bucket.from == Some(whole));
        assert_eq!(counts.map(|(_, _, count)| count).sum::<u64>(), 994);
    }

    #[test]
    fn each_fan_of_an_ip_is_named_once_a_minute() {
        let (mut counts, why) = (RefusalCounts::with_room_for(10), Refusal::ForeignOrigin);
        let random = Random::system();
        for _ in 0..2 {
            let fan = Some(FanId::generate(&Clock::system(), &random));
            let bucket = Bucket { fan, ..v4(1) };
            assert_eq!(admit(&mut counts, why, bucket, 0), Some(0));
            assert_eq!(admit(&mut counts, why, bucket, 1), None);
        }
    }
}
