//! Closed, a breaker lets every call through. A failure opens it, and for a while no call is let through. Then it is half
//! open: one call probes, and how that ends closes or opens it.
//!
//! A single time-out may be a short pause. Where that is tolerated, it only raises a doubt; a second one opens the breaker.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::Deadline;

/// Keeps calls away from a dependency that is down. Closed, it lets every call through; open, none. After a pause it is
/// half open: one call probes. Clones share the state. The caller logs the outage.
#[derive(Debug, Clone)]
pub struct CircuitBreaker {
    policy: BreakerPolicy,
    state: Arc<Mutex<State>>,
}

/// What opens and closes a breaker.
#[derive(Debug, Clone, Copy)]
pub struct BreakerPolicy {
    /// How long it stays open before one call probes.
    pub pause: Duration,
    /// How long one call may wait, if a single time-out is no outage yet (a server forks, the network loses a packet).
    /// The first time-out only raises a doubt. The breaker opens with the next time-out after the same time has passed
    /// again without any response; a response ends the doubt. So a pause shorter than twice this time opens nothing,
    /// and a caller waits for a frozen server at most twice. `None`: the first time-out opens the breaker.
    pub tolerated_silence: Option<Duration>,
    /// Whether any response closes it, even one to a call that was sent before it opened. Otherwise only a response to
    /// the probe does.
    pub any_response_closes: bool,
}

#[derive(Debug)]
enum State {
    Closed {
        /// Since the first call that timed out.
        doubt: Option<Doubt>,
    },
    Open {
        until: Deadline,
    },
    /// One call probes. After `until` another may: the first one may hang.
    HalfOpen {
        until: Deadline,
    },
}

#[derive(Debug, Clone, Copy)]
struct Doubt {
    /// After this another time-out is an outage.
    grace: Deadline,
    /// After this the doubt is forgotten.
    end: Deadline,
}

/// An older doubt is forgotten: two late responses so far apart are two short pauses, not an outage. The time is long
/// enough for the probes of `/readyz` alone to find an outage.
const DOUBT_LASTS: Duration = Duration::from_mins(1);

impl CircuitBreaker {
    /// A closed breaker.
    pub fn new(policy: BreakerPolicy) -> Self {
        Self {
            policy,
            state: Arc::new(Mutex::new(State::Closed { doubt: None })),
        }
    }

    /// Lets a call through; `None` while calls are kept away.
    pub fn admit(&self) -> Option<Admission> {
        let mut state = self.lock();
        let is_probe = match *state {
            State::Closed { .. } => false,
            State::Open { until } | State::HalfOpen { until } if until.has_passed() => {
                let until = Deadline::after(self.policy.pause);
                *state = State::HalfOpen { until };
                true
            }
            State::Open { .. } | State::HalfOpen { .. } => return None,
        };
        drop(state);
        Some(Admission {
            breaker: self.clone(),
            is_probe,
        })
    }

    /// Opens the breaker.
    pub fn open(&self) {
        *self.lock() = State::Open {
            until: Deadline::after(self.policy.pause),
        };
    }

    /// A panic elsewhere leaves the state intact: it is always replaced as a whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that was let through. If it is dropped without a result, it proves nothing, and another may probe in its
/// place.
#[derive(Debug)]
pub struct Admission {
    breaker: CircuitBreaker,
    is_probe: bool,
}

impl Admission {
    /// Whether this is the one call that probes while others are kept away.
    pub fn is_probe(&self) -> bool {
        self.is_probe
    }

    /// A response came. Returns whether that closes the breaker.
    pub fn responded(self) -> bool {
        let mut state = self.breaker.lock();
        let (is_open, closes) = match *state {
            State::Closed { .. } => (false, true),
            State::Open { .. } | State::HalfOpen { .. } => {
                (true, self.is_probe || self.breaker.policy.any_response_closes)
            }
        };
        if closes {
            *state = State::Closed { doubt: None };
        }
        is_open && closes
    }

    /// No response came in time. Returns whether that is an outage by now; if so, the breaker opens.
    pub fn timed_out(self) -> bool {
        let is_outage = match &mut *self.breaker.lock() {
            State::Closed { doubt } => self.breaker.policy.is_outage(doubt),
            State::Open { .. } | State::HalfOpen { .. } => self.is_probe,
        };
        if is_outage {
            self.breaker.open();
        }
        is_outage
    }

    /// The dependency is certainly down: opens the breaker.
    pub fn failed(self) {
        self.breaker.open();
    }

    /// The call ended without saying anything about the dependency. Another probes when the pause of this one is over.
    pub fn inconclusive(mut self) {
        self.is_probe = false;
    }
}

impl BreakerPolicy {
    /// Whether a time-out opens a closed breaker.
    fn is_outage(self, doubt: &mut Option<Doubt>) -> bool {
        let Some(silence) = self.tolerated_silence else {
            return true;
        };
        match doubt {
            Some(doubt) if !doubt.end.has_passed() => doubt.grace.has_passed(),
            _ => {
                let grace = Deadline::after(silence);
                let end = grace.plus(DOUBT_LASTS);
                *doubt = Some(Doubt { grace, end });
                false
            }
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if !self.is_probe {
            return;
        }
        let mut state = self.breaker.lock();
        if matches!(*state, State::HalfOpen { .. }) {
            let until = Deadline::after(Duration::ZERO);
            *state = State::Open { until };
        }
    }
}

#[cfg(test)]
mod tests;
