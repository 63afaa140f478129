use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::Deadline;

/// A doubt that is older is forgotten: where nothing was sent for so long, two late answers are two pauses. It is long
/// enough that the probes of `/readyz` alone find an outage.
const DOUBT_LASTS: Duration = Duration::from_mins(1);

/// Keeps calls away from something that is down. Closed it lets every call through, open none; when a while has passed
/// it is half open, and one call tries. Clones share the state. Logging an outage is left to the caller.
#[derive(Debug, Clone)]
pub struct CircuitBreaker {
    policy: BreakerPolicy,
    state: Arc<Mutex<State>>,
}

/// What opens and closes a breaker.
#[derive(Debug, Clone, Copy)]
pub struct BreakerPolicy {
    /// How long it stays open before one call tries.
    pub pause: Duration,
    /// How long one call may take, where one without an answer is no outage yet: a server forks, the network loses a
    /// packet. It casts doubt, and the breaker opens with the next such call after nobody had an answer for as long again.
    /// Any answer ends the doubt. So a pause shorter than two of these times opens nothing, and a caller waits for a
    /// frozen server twice at most. Without it the first such call opens the breaker.
    pub tolerated_silence: Option<Duration>,
    /// Whether any answer closes it, also to a call that was sent before it opened. Otherwise only that to the call that
    /// tries.
    pub any_answer_closes: bool,
}

#[derive(Debug)]
enum State {
    Closed {
        /// Begun with the first call that had no answer.
        doubt: Option<Doubt>,
    },
    Open {
        until: Deadline,
    },
    /// One call tries. After `until` another may: the first one may hang.
    HalfOpen {
        until: Deadline,
    },
}

#[derive(Debug, Clone, Copy)]
struct Doubt {
    /// Past it another call without an answer is an outage.
    grace: Deadline,
    /// Past it the doubt is forgotten.
    end: Deadline,
}

impl CircuitBreaker {
    /// A closed breaker.
    pub fn new(policy: BreakerPolicy) -> Self {
        Self {
            policy,
            state: Arc::new(Mutex::new(State::Closed { doubt: None })),
        }
    }

    /// Lets a call through, or not.
    pub fn admit(&self) -> Option<Admission> {
        let mut state = self.lock();
        let is_trial = match *state {
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
            is_trial,
        })
    }

    /// Opens it: no call would get an answer.
    pub fn open(&self) {
        *self.lock() = State::Open {
            until: Deadline::after(self.policy.pause),
        };
    }

    /// A panic elsewhere leaves the state whole: it is replaced at once.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that was let through. If it is dropped without a result it proves nothing, and another may try in its place.
#[derive(Debug)]
pub struct Admission {
    breaker: CircuitBreaker,
    is_trial: bool,
}

impl Admission {
    /// Whether this is the one call that tries while others are kept away.
    pub fn is_trial(&self) -> bool {
        self.is_trial
    }

    /// The call was answered. Returns whether that closes the breaker.
    pub fn answered(self) -> bool {
        let mut state = self.breaker.lock();
        let (is_open, closes) = match *state {
            State::Closed { .. } => (false, true),
            State::Open { .. } | State::HalfOpen { .. } => {
                (true, self.is_trial || self.breaker.policy.any_answer_closes)
            }
        };
        if closes {
            *state = State::Closed { doubt: None };
        }
        is_open && closes
    }

    /// No answer came in time. Returns whether that is an outage by now; if so the breaker opens.
    pub fn unanswered(self) -> bool {
        let is_outage = match &mut *self.breaker.lock() {
            State::Closed { doubt } => self.breaker.policy.is_outage(doubt),
            State::Open { .. } | State::HalfOpen { .. } => self.is_trial,
        };
        if is_outage {
            self.breaker.open();
        }
        is_outage
    }

    /// The call cannot be answered: opens the breaker.
    pub fn failed(self) {
        self.breaker.open();
    }

    /// The call ended in a way that says nothing. Another tries when the pause of this one is over.
    pub fn inconclusive(mut self) {
        self.is_trial = false;
    }
}

impl BreakerPolicy {
    /// Whether a call without an answer opens a breaker that is closed.
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
        if !self.is_trial {
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
