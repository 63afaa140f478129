use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Refusal, refusal, repeated_refusals};
use crate::{
    domain::{Clock, FanId, Timestamp, client_network},
    telemetry,
};

/// Seconds for which one line stands for all refusals of one address and reason.
const SECONDS: i64 = 60;

/// Buckets of each reason that are told apart within a minute: a megabyte in all. What comes on top is counted by its
/// reason alone, so that neither memory nor the log grow with the number of visitors. A reason that anybody can cause
/// takes no room of another.
const MOST_OF_REASON: usize = 1024;

/// How often what is to be told is looked for.
const LOOK: Duration = Duration::from_secs(10);

/// Writes refusals to the trail. They come at the visitor's rate: the first of an address, a reason and a fan, where one is
/// signed in, is one line, and how many more came within the minute is another. Clones share what they count.
#[derive(Clone)]
pub struct RefusalTrail {
    clock: Clock,
    seen: Arc<Mutex<Seen>>,
}

/// Whose refusals one line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Bucket {
    /// The subscriber or, while many are told apart, the network it belongs to.
    pub(super) from: Option<IpAddr>,
    pub(super) fan: Option<FanId>,
}

struct Seen {
    reasons: HashMap<Refusal, Share>,
    most_of_reason: usize,
}

/// What is seen of one reason.
#[derive(Default)]
struct Share {
    buckets: HashMap<Bucket, Repeats>,
    /// Those for whose bucket there is no room.
    others: u64,
}

struct Repeats {
    since: Timestamp,
    count: u64,
}

impl RefusalTrail {
    /// A trail that has seen nothing.
    pub fn new(clock: Clock) -> Self {
        telemetry::metrics().refusals.announce(Refusal::RateLimit.as_str());
        Self {
            clock,
            seen: Arc::new(Mutex::new(Seen::with_room_for(MOST_OF_REASON))),
        }
    }

    /// Somebody was refused. `fan` is who is signed in, where anybody is.
    pub fn note(&self, why: Refusal, fan: Option<FanId>, from: Option<IpAddr>) {
        telemetry::metrics().refusals.record(why.as_str());
        let bucket = Bucket {
            from: from.map(client_network),
            fan,
        };
        let Some((bucket, repeats)) = self.lock().admit(why, bucket, self.clock.now()) else {
            return;
        };
        repeated_refusals(why, bucket, repeats);
        refusal(why, fan, from);
    }

    /// Tells, as long as this is polled, what came after the first of a minute.
    pub async fn tell_repeats(self) {
        loop {
            tokio::time::sleep(LOOK).await;
            let now = self.clock.now();
            self.tell(|repeats| repeats.is_over(now));
        }
    }

    /// Tells everything that has not been told, for the process ends.
    pub fn tell_all(&self) {
        self.tell(|_| true);
    }

    fn tell(&self, is_due: impl Fn(&Repeats) -> bool) {
        let due = self.lock().take(is_due);
        for (why, bucket, count) in due {
            repeated_refusals(why, bucket, count);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn with_room_for(most_of_reason: usize) -> Self {
        Self {
            reasons: HashMap::new(),
            most_of_reason,
        }
    }

    /// Whether this one has a line of its own: its bucket then, and how many came after the last such line. None: it is
    /// only counted.
    fn admit(&mut self, why: Refusal, bucket: Bucket, now: Timestamp) -> Option<(Bucket, u64)> {
        let share = self.reasons.entry(why).or_default();
        let bucket = share.bucket(bucket, self.most_of_reason);
        let is_full = share.buckets.len() >= self.most_of_reason;
        match share.buckets.get_mut(&bucket) {
            Some(repeats) if repeats.is_over(now) => {
                let repeats = std::mem::replace(repeats, Repeats::since(now));
                Some((bucket, repeats.count))
            }
            Some(repeats) => {
                repeats.count = repeats.count.saturating_add(1);
                None
            }
            None if is_full => {
                share.others = share.others.saturating_add(1);
                None
            }
            None => {
                share.buckets.insert(bucket, Repeats::since(now));
                Some((bucket, 0))
            }
        }
    }

    /// Takes out what is due, and what there was no room for.
    fn take(&mut self, is_due: impl Fn(&Repeats) -> bool) -> Vec<(Refusal, Bucket, u64)> {
        let shares = self.reasons.iter_mut();
        shares
            .flat_map(|(why, share)| {
                let told = share.take(&is_due);
                told.into_iter().map(|(bucket, count)| (*why, bucket, count))
            })
            .collect()
    }
}

impl Share {
    /// The bucket itself, or that of its network: one customer may hold 65,536 subscribers' networks of IPv6, so that from
    /// the half on new ones are no longer told apart.
    fn bucket(&self, bucket: Bucket, most: usize) -> Bucket {
        if self.buckets.len() < most / 2 || self.buckets.contains_key(&bucket) {
            return bucket;
        }
        Bucket {
            from: bucket.from.map(site),
            ..bucket
        }
    }

    fn take(&mut self, is_due: impl Fn(&Repeats) -> bool) -> Vec<(Bucket, u64)> {
        let due = self.buckets.extract_if(|_, repeats| is_due(repeats));
        let mut told: Vec<_> = due.map(|(bucket, repeats)| (bucket, repeats.count)).collect();
        let others = std::mem::take(&mut self.others);
        if others > 0 {
            told.push((Bucket { from: None, fan: None }, others));
        }
        told
    }
}

/// What one customer holds at most, as a rule: the /48 of an IPv6 address, and an IPv4 address itself.
fn site(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & (u128::MAX << 80)).into()),
    }
}

impl Repeats {
    const fn since(since: Timestamp) -> Self {
        Self { since, count: 0 }
    }

    /// Also if the clock was put back.
    fn is_over(&self, now: Timestamp) -> bool {
        !(0..SECONDS).contains(&now.seconds_since(self.since))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use crate::domain::Random;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_438_800);

    fn from(address: impl Into<IpAddr>) -> Bucket {
        Bucket {
            from: Some(client_network(address.into())),
            fan: None,
        }
    }

    fn v4(number: u32) -> Bucket {
        from(Ipv4Addr::from_bits(number))
    }

    /// How many followed, if this one has a line of its own.
    fn admit(seen: &mut Seen, why: Refusal, bucket: Bucket, second: i64) -> Option<u64> {
        let admitted = seen.admit(why, bucket, NOW.plus_seconds(second));
        admitted.map(|(_, repeats)| repeats)
    }

    #[test]
    fn the_first_refusal_of_a_minute_is_a_line_and_the_next_minute_tells_how_many_followed() {
        let mut seen = Seen::with_room_for(10);
        let mut admit = |bucket, why, second| admit(&mut seen, why, bucket, second);
        assert_eq!(admit(v4(1), Refusal::RateLimit, 0), Some(0));
        for second in 0..SECONDS {
            assert_eq!(admit(v4(1), Refusal::RateLimit, second), None);
        }
        assert_eq!(admit(v4(2), Refusal::RateLimit, 0), Some(0), "another address");
        assert_eq!(admit(v4(1), Refusal::Declined, 0), Some(0), "another reason");
        assert_eq!(admit(v4(1), Refusal::RateLimit, SECONDS), Some(60));
        let back = admit(v4(1), Refusal::RateLimit, -100);
        assert_eq!(back, Some(0), "a clock that was put back");
    }

    #[test]
    fn what_followed_is_told_also_if_nothing_comes_any_more() {
        let (mut seen, why) = (Seen::with_room_for(10), Refusal::RateLimit);
        let (ours, later) = (v4(1), v4(2));
        for (bucket, at) in [(ours, 0), (ours, 1), (ours, 2), (later, 30), (later, 31)] {
            admit(&mut seen, why, bucket, at);
        }
        let over = |repeats: &Repeats| repeats.is_over(NOW.plus_seconds(SECONDS));
        assert_eq!(seen.take(over), [(why, ours, 2)]);
        assert_eq!(seen.take(over), []);
        assert_eq!(seen.take(|_| true), [(why, later, 1)]);
    }

    #[test]
    fn addresses_without_number_take_no_more_room_and_are_still_counted() {
        let (mut seen, why) = (Seen::with_room_for(10), Refusal::UnknownState);
        let lines = (0..1000).filter_map(|number| admit(&mut seen, why, v4(number), 0));
        assert_eq!(lines.count(), 10);
        let told = seen.take(|_| true);
        assert_eq!(told.len(), 11);
        assert_eq!(told.iter().map(|(_, _, count)| count).sum::<u64>(), 990);
        assert!(told.contains(&(why, Bucket { from: None, fan: None }, 990)));
    }

    #[test]
    fn a_flood_of_one_reason_hides_no_other_reason() {
        let mut seen = Seen::with_room_for(10);
        for number in 0..1000 {
            admit(&mut seen, Refusal::UnknownState, v4(number), 0);
        }
        assert_eq!(admit(&mut seen, Refusal::ForeignOrigin, v4(2000), 0), Some(0));
    }

    #[test]
    fn a_whole_48_of_ipv6_takes_half_the_room_and_hides_nobody_else() {
        let (mut seen, why) = (Seen::with_room_for(10), Refusal::UnknownState);
        let of_48 = |number: u16| from(Ipv6Addr::new(0x2001, 0xdb8, 1, number, 0, 0, 0, 1));
        let lines = (1..=1000).filter_map(|number| admit(&mut seen, why, of_48(number), 0));
        assert_eq!(lines.count(), 6, "half the room, and one for the whole network");
        assert_eq!(admit(&mut seen, why, v4(1), 0), Some(0));
        let elsewhere = from(Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1));
        assert_eq!(admit(&mut seen, why, elsewhere, 0), Some(0));
        let whole: IpAddr = "2001:db8:1::".parse().unwrap();
        let told = seen.take(|_| true);
        let counts = told.iter().filter(|(_, bucket, _)| bucket.from == Some(whole));
        assert_eq!(counts.map(|(_, _, count)| count).sum::<u64>(), 994);
    }

    #[test]
    fn each_fan_of_an_address_is_named_once_a_minute() {
        let (mut seen, why) = (Seen::with_room_for(10), Refusal::ForeignOrigin);
        let random = Random::system();
        for _ in 0..2 {
            let fan = Some(FanId::generate(&Clock::system(), &random));
            let bucket = Bucket { fan, ..v4(1) };
            assert_eq!(admit(&mut seen, why, bucket, 0), Some(0));
            assert_eq!(admit(&mut seen, why, bucket, 1), None);
        }
    }
}
