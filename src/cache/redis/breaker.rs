use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::news::News;
use crate::domain::Deadline;

/// How long a cache that failed counts as down before one call tries it again.
const PAUSE: Duration = Duration::from_secs(1);
/// A doubt that is older is forgotten: where nothing was asked for so long, two late answers are two pauses. It is long
/// enough that the probes of `/readyz` alone find an outage.
const DOUBT: Duration = Duration::from_mins(1);

/// Keeps calls away from a cache that is down: none is let through for a while, then one at a time until one succeeds.
/// Logs when an outage begins and when it ends.
///
/// A failure that shows an outage, a closed port say, opens the breaker at once. An answer that does not come in time
/// casts doubt only: Redis forks, the network loses a packet, and while the breaker is open the replicas know nothing of
/// each other's claims. It opens with the next failure after nobody had an answer for as long again as one call may
/// take. Any answer ends the doubt, and so does a minute. So a pause of Redis that is shorter than two time limits opens nothing, and no
/// caller waits for a frozen one more than twice.
#[derive(Debug)]
pub struct Breaker {
    /// How long one call may take.
    limit: Duration,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: State,
    log: News,
}

#[derive(Debug)]
enum State {
    Up {
        /// Begun with the first call that nobody answered.
        doubt: Option<Doubt>,
    },
    Down {
        until: Deadline,
        probing: bool,
    },
}

#[derive(Debug, Clone, Copy)]
struct Doubt {
    /// Past it another call that nobody answers is an outage.
    grace: Deadline,
    /// Past it the doubt is forgotten.
    end: Deadline,
}

impl Default for State {
    fn default() -> Self {
        Self::Up { doubt: None }
    }
}

impl Breaker {
    /// A breaker for calls of which each may take as long as `limit`.
    pub fn new(limit: Duration) -> Self {
        Self {
            limit,
            inner: Mutex::default(),
        }
    }

    /// Lets a call through, or not.
    pub fn admit(&self) -> Option<Admission<'_>> {
        let mut inner = self.lock();
        let probe = match &mut inner.state {
            State::Up { .. } => false,
            State::Down { until, probing } if until.has_passed() && !*probing => {
                *probing = true;
                true
            }
            State::Down { .. } => return None,
        };
        Some(Admission { breaker: self, probe })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that was let through. One that is given up halfway says nothing about the cache.
#[derive(Debug)]
pub struct Admission<'a> {
    breaker: &'a Breaker,
    probe: bool,
}

impl Admission<'_> {
    /// The cache answered. Of calls that began before an outage this proves nothing.
    pub fn succeeded(self) {
        let mut inner = self.breaker.lock();
        match &mut inner.state {
            State::Up { doubt } => *doubt = None,
            State::Down { .. } if self.probe => {
                inner.state = State::default();
                if inner.log.ends() {
                    tracing::info!("the cache is back");
                }
            }
            State::Down { .. } => {}
        }
    }

    /// No answer came, for the `reason` given; says whether that is an outage by now.
    pub fn unanswered(self, reason: &str) -> bool {
        let is_outage = match &mut self.breaker.lock().state {
            State::Up { doubt: Some(doubt) } if !doubt.end.has_passed() => doubt.grace.has_passed(),
            State::Up { doubt } => {
                let grace = Deadline::after(self.breaker.limit);
                let end = grace.plus(DOUBT);
                *doubt = Some(Doubt { grace, end });
                false
            }
            State::Down { .. } => self.probe,
        };
        if is_outage {
            self.failed(reason);
        }
        is_outage
    }

    /// The cache is down, for the `reason` given.
    pub fn failed(self, reason: &str) {
        if self.breaker.lock().log.begins() {
            tracing::warn!(cache.error = reason, "the cache is down; going on without it");
        }
        self.pause();
    }

    /// Calls are kept away for a while, and no outage begins: of what is wrong the log says something else.
    pub fn pause(self) {
        self.breaker.lock().state = State::Down {
            until: Deadline::after(PAUSE),
            probing: false,
        };
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        if let (true, State::Down { probing, .. }) = (self.probe, &mut self.breaker.lock().state) {
            *probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(100);

    fn breaker() -> Breaker {
        Breaker::new(LIMIT)
    }

    /// A breaker whose pause is over.
    async fn after_the_pause() -> Breaker {
        let breaker = breaker();
        breaker.admit().unwrap().failed("refused");
        tokio::time::advance(PAUSE).await;
        breaker
    }

    /// A call that waits its whole time in vain; whether it opened the breaker.
    async fn waits_in_vain(breaker: &Breaker) -> bool {
        let call = breaker.admit().unwrap();
        tokio::time::advance(LIMIT).await;
        call.unanswered("no answer in time")
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_beyond_doubt_keeps_all_calls_away_for_the_pause() {
        let breaker = breaker();
        breaker.admit().unwrap().failed("refused");
        assert!(breaker.admit().is_none());
        tokio::time::advance(PAUSE).await;
        assert!(breaker.admit().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_are_caught_in_one_pause_open_nothing_and_the_next_answer_ends_the_doubt() {
        let breaker = breaker();
        for _ in 0..3 {
            let calls: Vec<_> = (0..20).map(|_| breaker.admit().unwrap()).collect();
            tokio::time::advance(LIMIT).await;
            for call in calls {
                assert!(!call.unanswered("no answer in time"));
            }
            let during = breaker.admit().unwrap();
            tokio::time::advance(LIMIT / 2).await;
            during.succeeded();
        }
        assert!(breaker.admit().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn one_slow_call_among_many_that_are_answered_opens_nothing() {
        let breaker = breaker();
        for _ in 0..20 {
            assert!(!waits_in_vain(&breaker).await);
            breaker.admit().unwrap().succeeded();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_call_in_vain_after_the_first_opens_it() {
        let breaker = breaker();
        assert!(!waits_in_vain(&breaker).await);
        assert!(waits_in_vain(&breaker).await);
        assert!(breaker.admit().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn two_calls_in_vain_with_half_an_hour_between_them_are_no_outage() {
        let breaker = breaker();
        assert!(!waits_in_vain(&breaker).await);
        tokio::time::advance(Duration::from_mins(30)).await;
        assert!(!waits_in_vain(&breaker).await, "a doubt was kept for half an hour");
        assert!(waits_in_vain(&breaker).await);
    }

    #[tokio::test(start_paused = true)]
    async fn under_load_a_frozen_cache_opens_it_after_two_time_limits() {
        let breaker = breaker();
        let mut waiting = std::collections::VecDeque::new();
        let mut opened_after = None;
        for millisecond in 0..300_u32 {
            if millisecond >= 100 && opened_after.is_none() {
                let call: Admission<'_> = waiting.pop_front().unwrap();
                opened_after = call.unanswered("no answer in time").then_some(millisecond);
            }
            waiting.extend(breaker.admit());
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(opened_after, Some(200));
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_pause_one_call_probes_and_its_success_lets_all_through() {
        let breaker = after_the_pause().await;
        let probe = breaker.admit().unwrap();
        assert!(breaker.admit().is_none());
        probe.succeeded();
        assert!(breaker.admit().is_some() && breaker.admit().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_fails_begins_the_pause_again() {
        let breaker = after_the_pause().await;
        breaker.admit().unwrap().failed("refused");
        assert!(breaker.admit().is_none());
        tokio::time::advance(PAUSE).await;
        assert!(waits_in_vain(&breaker).await, "a probe decides alone");
        assert!(breaker.admit().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_is_given_up_leaves_its_place_to_the_next() {
        let breaker = after_the_pause().await;
        drop(breaker.admit().unwrap());
        assert!(breaker.admit().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_sent_before_the_outage_neither_ends_nor_prolongs_it() {
        let breaker = breaker();
        let (early, other) = (breaker.admit().unwrap(), breaker.admit().unwrap());
        breaker.admit().unwrap().failed("refused");
        early.succeeded();
        assert!(breaker.admit().is_none());
        tokio::time::advance(PAUSE).await;
        assert!(!other.unanswered("no answer in time"));
        assert!(breaker.admit().is_some());
    }
}
