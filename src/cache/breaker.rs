use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::news::News;
use crate::domain::Deadline;

/// How long a cache that failed counts as down before one call tries it again.
const PAUSE: Duration = Duration::from_secs(1);

/// Keeps calls away from a cache that is down: after a failure none is let through for a while, then one at a time
/// until one succeeds. Logs when an outage begins and when it ends.
#[derive(Debug, Default)]
pub struct Breaker {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: State,
    log: News,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Up,
    Down {
        until: Deadline,
        probing: bool,
    },
}

impl Breaker {
    /// Lets a call through, or not.
    pub fn admit(&self) -> Option<Admission<'_>> {
        let mut inner = self.lock();
        let probe = match &mut inner.state {
            State::Up => false,
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
        if self.probe {
            let mut inner = self.breaker.lock();
            inner.state = State::Up;
            if inner.log.ends() {
                tracing::info!("the cache is back");
            }
        }
    }

    /// The cache did not answer, for the `reason` given.
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

    /// A breaker whose pause is over.
    fn after_the_pause() -> Breaker {
        let breaker = Breaker::default();
        breaker.lock().state = State::Down {
            until: Deadline::after(Duration::ZERO),
            probing: false,
        };
        breaker
    }

    #[test]
    fn a_failure_keeps_all_calls_away_for_the_pause() {
        let breaker = Breaker::default();
        breaker.admit().unwrap().failed("refused");
        assert!(breaker.admit().is_none());
    }

    #[test]
    fn after_the_pause_one_call_probes_and_its_success_lets_all_through() {
        let breaker = after_the_pause();
        let probe = breaker.admit().unwrap();
        assert!(breaker.admit().is_none());
        probe.succeeded();
        assert!(breaker.admit().is_some() && breaker.admit().is_some());
    }

    #[test]
    fn a_probe_that_fails_begins_the_pause_again() {
        let breaker = after_the_pause();
        breaker.admit().unwrap().failed("refused");
        assert!(breaker.admit().is_none());
    }

    #[test]
    fn a_probe_that_is_given_up_leaves_its_place_to_the_next() {
        let breaker = after_the_pause();
        drop(breaker.admit().unwrap());
        assert!(breaker.admit().is_some());
    }

    #[test]
    fn a_late_success_from_before_the_outage_does_not_end_it() {
        let breaker = Breaker::default();
        let early = breaker.admit().unwrap();
        breaker.admit().unwrap().failed("refused");
        early.succeeded();
        assert!(breaker.admit().is_none());
    }
}
