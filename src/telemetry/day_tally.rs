use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::domain::{CountName, Day};

/// How often things happened, by day.
pub type DayTotals = BTreeMap<(Day, CountName), u64>;

/// More than the worker threads of most processes.
const SHARDS: usize = 16;

/// Counts in as many places as there are threads, so that no request waits for another one's count. What was not taken is a
/// number for each name and day: little, however much happens.
#[derive(Debug)]
pub(super) struct DayTally {
    shards: Vec<Mutex<DayTotals>>,
}

impl Default for DayTally {
    fn default() -> Self {
        let shards = std::iter::repeat_with(Mutex::default);
        Self {
            shards: shards.take(SHARDS).collect(),
        }
    }
}

impl DayTally {
    pub(super) fn add(&self, day: Day, name: CountName) {
        let Some(shard) = self.shards.get(shard_of_thread()) else {
            return;
        };
        let mut totals = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let count = totals.entry((day, name)).or_default();
        *count = count.saturating_add(1);
    }

    pub(super) fn take(&self) -> DayTotals {
        let mut taken = DayTotals::new();
        for shard in &self.shards {
            let totals = std::mem::take(&mut *shard.lock().unwrap_or_else(PoisonError::into_inner));
            for (key, count) in totals {
                let sum = taken.entry(key).or_default();
                *sum = sum.saturating_add(count);
            }
        }
        taken
    }
}

/// Threads are spread over the shards in the order in which they first count.
fn shard_of_thread() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: usize = THREADS.fetch_add(1, Ordering::Relaxed) % SHARDS;
    }
    SHARD.with(|shard| *shard)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn nothing_is_lost_or_counted_twice_while_threads_count_and_another_takes() {
        let tally = DayTally::default();
        let day = Day::parse("2026-11-27").unwrap();
        let sum = |totals: DayTotals| totals.values().sum::<u64>();
        let taken = thread::scope(|scope| {
            let counters: Vec<_> = (0..SHARDS + 4)
                .map(|_| scope.spawn(|| (0..1000).for_each(|_| tally.add(day, CountName::Logout))))
                .collect();
            let mut taken = 0;
            while counters.iter().any(|counter| !counter.is_finished()) {
                taken += sum(tally.take());
            }
            taken
        });
        let expected = u64::try_from(SHARDS + 4).unwrap() * 1000;
        assert_eq!(taken + sum(tally.take()), expected);
    }
}
