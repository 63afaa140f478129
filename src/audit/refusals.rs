use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Refusal, refusal, repeated_refusals};
use crate::{
    domain::{Clock, FanId, Timestamp, subscriber},
    telemetry,
};

/// Seconds for which one line stands for all refusals of one address and reason.
const SECONDS: i64 = 60;

/// Addresses and reasons that are told apart within a minute: half a megabyte. What comes on top is counted by its reason
/// alone, so that neither memory nor the log grow with the number of visitors.
const MOST: usize = 4096;

/// How often what is to be told is looked for.
const LOOK: Duration = Duration::from_secs(10);

/// Writes refusals to the trail. They come at the visitor's rate: the first of an address and a reason is one line, and
/// how many more came within the minute is another. Clones share what they count.
#[derive(Clone)]
pub struct RefusalTrail {
    clock: Clock,
    seen: Arc<Mutex<Seen>>,
}

/// An address, where there is one, and a reason.
type Bucket = (Option<IpAddr>, Refusal);

struct Seen {
    buckets: HashMap<Bucket, Repeats>,
    /// Those for whose bucket there is no room.
    others: HashMap<Refusal, u64>,
    most: usize,
}

struct Repeats {
    since: Timestamp,
    count: u64,
}

impl RefusalTrail {
    /// A trail that has seen nothing.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            seen: Arc::new(Mutex::new(Seen::with_room_for(MOST))),
        }
    }

    /// Somebody was refused. `fan` is who is signed in, where anybody is.
    pub fn note(&self, why: Refusal, fan: Option<FanId>, from: Option<IpAddr>) {
        telemetry::refusals::refused(why.as_str());
        let bucket = (from.map(subscriber), why);
        let Some(repeats) = self.lock().admit(bucket, self.clock.now()) else {
            return;
        };
        repeated_refusals(why, bucket.0, repeats);
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
        for ((from, why), count) in due {
            repeated_refusals(why, from, count);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn with_room_for(most: usize) -> Self {
        Self {
            buckets: HashMap::new(),
            others: HashMap::new(),
            most,
        }
    }

    /// Whether this one has a line of its own: how many came after the last such line then. None: it is only counted.
    fn admit(&mut self, bucket: Bucket, now: Timestamp) -> Option<u64> {
        let is_full = self.buckets.len() >= self.most;
        match self.buckets.get_mut(&bucket) {
            Some(repeats) if repeats.is_over(now) => Some(std::mem::replace(repeats, Repeats::since(now)).count),
            Some(repeats) => {
                repeats.count = repeats.count.saturating_add(1);
                None
            }
            None if is_full => {
                let count = self.others.entry(bucket.1).or_default();
                *count = count.saturating_add(1);
                None
            }
            None => {
                self.buckets.insert(bucket, Repeats::since(now));
                Some(0)
            }
        }
    }

    /// Takes out what is due, and what there was no room for.
    fn take(&mut self, is_due: impl Fn(&Repeats) -> bool) -> Vec<(Bucket, u64)> {
        let due = self.buckets.extract_if(|_, repeats| is_due(repeats));
        let due = due.map(|(bucket, repeats)| (bucket, repeats.count));
        let others = self.others.drain().map(|(why, count)| ((None, why), count));
        due.chain(others).collect()
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
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_438_800);

    fn bucket(number: u32, why: Refusal) -> Bucket {
        (Some(IpAddr::V4(number.into())), why)
    }

    #[test]
    fn the_first_refusal_of_a_minute_is_a_line_and_the_next_minute_tells_how_many_followed() {
        let mut seen = Seen::with_room_for(10);
        let ours = bucket(1, Refusal::RateLimit);
        assert_eq!(seen.admit(ours, NOW), Some(0));
        for second in 0..SECONDS {
            assert_eq!(seen.admit(ours, NOW.plus_seconds(second)), None);
        }
        assert_eq!(
            seen.admit(bucket(2, Refusal::RateLimit), NOW),
            Some(0),
            "another address"
        );
        assert_eq!(seen.admit(bucket(1, Refusal::Declined), NOW), Some(0), "another reason");
        assert_eq!(seen.admit(ours, NOW.plus_seconds(SECONDS)), Some(60));
        assert_eq!(
            seen.admit(ours, NOW.plus_seconds(-100)),
            Some(0),
            "a clock that was put back"
        );
    }

    #[test]
    fn what_followed_is_told_also_if_nothing_comes_any_more() {
        let mut seen = Seen::with_room_for(10);
        let (ours, later) = (bucket(1, Refusal::RateLimit), bucket(2, Refusal::RateLimit));
        for (bucket, at) in [(ours, 0), (ours, 1), (ours, 2), (later, 30), (later, 31)] {
            seen.admit(bucket, NOW.plus_seconds(at));
        }
        let over = |repeats: &Repeats| repeats.is_over(NOW.plus_seconds(SECONDS));
        assert_eq!(seen.take(over), [(ours, 2)]);
        assert_eq!(seen.take(over), []);
        assert_eq!(seen.take(|_| true), [(later, 1)]);
    }

    #[test]
    fn addresses_without_number_take_no_more_room_and_are_still_counted() {
        let mut seen = Seen::with_room_for(10);
        let lines = (0..1000).filter_map(|number| seen.admit(bucket(number, Refusal::UnknownState), NOW));
        assert_eq!(lines.count(), 10);
        assert_eq!((seen.buckets.len(), seen.others.len()), (10, 1));
        let told = seen.take(|_| true);
        assert_eq!(told.iter().map(|(_, count)| count).sum::<u64>(), 990);
        assert!(told.contains(&((None, Refusal::UnknownState), 990)));
    }
}
