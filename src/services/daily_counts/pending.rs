use crate::{domain::Day, repositories::CountAddition, telemetry::events::DayTotals};

/// The most days whose counts wait: more than an outage lasts. Only a clock that jumps about makes so many.
const MAX_DAYS: usize = 400;

/// Counts of one process that are not known to be in the database.
///
/// An addition that was sent may have arrived although no answer came back. It stays as it is, number and content, until
/// there is an answer; what happens meanwhile waits for the next number.
#[derive(Debug)]
pub(super) struct PendingCounts {
    writer: String,
    last_sequence: i64,
    sent: Option<CountAddition>,
    waiting: DayTotals,
}

impl PendingCounts {
    /// For a process that the database knows as `writer`.
    pub(super) fn new(writer: String) -> Self {
        Self {
            writer,
            last_sequence: 0,
            sent: None,
            waiting: DayTotals::new(),
        }
    }

    /// Adds what was counted since. Returns how much was dropped for want of room.
    pub(super) fn merge(&mut self, totals: DayTotals) -> u64 {
        for (key, count) in totals {
            let sum = self.waiting.entry(key).or_default();
            *sum = sum.saturating_add(count);
        }
        let mut dropped = 0;
        while let Some(day) = self.day_too_many() {
            let of_day = self.waiting.extract_if(.., |(other, _), _| *other == day);
            dropped += of_day.map(|(_, count)| count).sum::<u64>();
        }
        dropped
    }

    /// The oldest day, if there is no room for so many.
    fn day_too_many(&self) -> Option<Day> {
        let mut days: Vec<Day> = self.waiting.keys().map(|(day, _)| *day).collect();
        days.dedup();
        days.first().copied().filter(|_| days.len() > MAX_DAYS)
    }

    /// What to send: what was sent before if there was no answer, and otherwise all that waits, under the next number.
    pub(super) fn next_addition(&mut self) -> Option<CountAddition> {
        if self.sent.is_none() && !self.waiting.is_empty() {
            self.last_sequence = self.last_sequence.saturating_add(1);
            self.sent = Some(CountAddition {
                writer: self.writer.clone(),
                sequence: self.last_sequence,
                counts: std::mem::take(&mut self.waiting),
            });
        }
        self.sent.clone()
    }

    /// What was sent is in the database. Returns how many events that were.
    pub(super) fn confirm(&mut self) -> u64 {
        let sent = self.sent.take();
        sent.map_or(0, |sent| sent.counts.values().sum())
    }

    /// How many events are not known to be in the database.
    pub(super) fn count(&self) -> u64 {
        let sent = self.sent.iter().flat_map(|sent| sent.counts.values());
        sent.chain(self.waiting.values()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CountName;

    fn day(number: i64) -> Day {
        Day::parse("2026-11-27").unwrap().plus_days(number)
    }

    fn logouts(count: u64) -> DayTotals {
        DayTotals::from([((day(0), CountName::Logout), count)])
    }

    #[test]
    fn without_an_answer_the_same_addition_is_sent_again_and_later_counts_wait_for_the_next_number() {
        let mut pending = PendingCounts::new("w".to_owned());
        assert_eq!(pending.next_addition(), None);
        pending.merge(logouts(2));
        let first = pending.next_addition().unwrap();
        assert_eq!((first.sequence, &first.counts), (1, &logouts(2)));
        pending.merge(logouts(3));
        pending.merge(logouts(4));
        assert_eq!(pending.next_addition(), Some(first));
        assert_eq!(pending.count(), 9);
        assert_eq!(pending.confirm(), 2);
        let second = pending.next_addition().unwrap();
        assert_eq!((second.sequence, second.counts), (2, logouts(7)));
        pending.confirm();
        assert_eq!((pending.next_addition(), pending.count()), (None, 0));
    }

    #[test]
    fn an_outage_of_any_length_takes_bounded_memory() {
        let mut pending = PendingCounts::new("w".to_owned());
        let mut dropped = 0;
        for number in 0..1000 {
            dropped += pending.merge(DayTotals::from([((day(number), CountName::Logout), 1)]));
        }
        assert_eq!((dropped, pending.count()), (600, 400));
        let kept = pending.next_addition().unwrap().counts;
        assert_eq!(
            kept.keys().next().map(|(day, _)| *day),
            Some(day(600)),
            "the newest days stay"
        );
    }
}
