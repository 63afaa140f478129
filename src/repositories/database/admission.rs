//! Who may work with the database.

use std::time::Duration;

use crate::{
    domain::Deadline,
    repositories::RepositoryError,
    resilience::{self, AcquireError, BreakerPolicy, CircuitBreaker, ConcurrencyLimit, Permit, Usage},
    telemetry::{self, database::DatabaseRefusal},
};

/// Enough for what comes in while a disk pauses for a second; a waiter costs no thread.
const WAITERS_PER_CONNECTION: usize = 32;

/// A thread that waits for a frozen server is lost for long, so the first operation without an answer keeps all others
/// away. An answer to any of them, however late, shows that the server works again.
const POLICY: BreakerPolicy = BreakerPolicy {
    pause: Duration::from_millis(500),
    tolerated_silence: None,
    any_response_closes: true,
};

/// Keeps threads that may block from queueing for the pool: as many may work as there are connections, a bounded number
/// may wait without a thread, and the rest are turned away at once. So are all while the database does not answer.
#[derive(Debug, Clone)]
pub struct AdmissionControl {
    limit: ConcurrencyLimit,
    breaker: CircuitBreaker,
}

/// The right to work with a connection, until it is dropped.
#[derive(Debug)]
pub struct Admission {
    breaker: resilience::Admission,
    _permit: Permit,
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("too many requests wait for the database")]
    Full,
    #[error("no connection to the database became free in time")]
    TimedOut,
    #[error("the database does not answer")]
    CircuitOpen,
}

impl AdmissionControl {
    /// For a pool of `connections`.
    pub fn new(connections: usize) -> Self {
        Self {
            limit: ConcurrencyLimit::with_queue(connections, connections.saturating_mul(WAITERS_PER_CONNECTION)),
            breaker: CircuitBreaker::new(POLICY),
        }
    }

    /// Waits for the right to work.
    ///
    /// # Errors
    /// [`RepositoryError::Unavailable`] at once if too many wait already or the database does not answer, or when the
    /// deadline passes.
    pub async fn admit(&self, deadline: Deadline) -> Result<Admission, RepositoryError> {
        let Some(breaker) = self.breaker.admit() else {
            return Err(Refused::CircuitOpen.count());
        };
        let acquired = if breaker.is_probe() {
            // Where every connection waits for an answer already, a further one would learn nothing.
            self.limit.try_acquire().ok_or(Refused::CircuitOpen)
        } else {
            self.limit.acquire(deadline).await.map_err(Refused::from)
        };
        let permit = acquired.map_err(|refused| {
            if matches!(refused, Refused::TimedOut) {
                self.breaker.open();
            }
            refused.count()
        })?;
        Ok(Admission {
            breaker,
            _permit: permit,
        })
    }

    /// Takes note that an operation got no answer in time. Its thread may still wait for one.
    pub fn timed_out(&self) {
        self.breaker.open();
    }

    /// How many work and how many wait at this moment.
    pub fn usage(&self) -> Usage {
        self.limit.usage()
    }
}

impl Admission {
    /// The work ended. An error other than `Unavailable` is an answer of the database as well.
    pub fn end<T>(self, outcome: &Result<T, RepositoryError>) {
        match outcome {
            Err(RepositoryError::Unavailable(_)) => self.breaker.inconclusive(),
            _ => {
                self.breaker.responded();
            }
        }
    }
}

impl From<AcquireError> for Refused {
    fn from(error: AcquireError) -> Self {
        match error {
            AcquireError::QueueFull => Self::Full,
            AcquireError::TimedOut => Self::TimedOut,
        }
    }
}

impl Refused {
    fn count(self) -> RepositoryError {
        telemetry::metrics().database.refused(match self {
            Self::Full => DatabaseRefusal::Full,
            Self::TimedOut => DatabaseRefusal::Late,
            Self::CircuitOpen => DatabaseRefusal::CircuitOpen,
        });
        RepositoryError::unavailable(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: Result<(), RepositoryError> = Ok(());

    fn no_answer() -> Result<(), RepositoryError> {
        Err(RepositoryError::unavailable("made up"))
    }

    #[tokio::test(start_paused = true)]
    async fn one_works_some_wait_and_the_next_is_turned_away_at_once() {
        let control = AdmissionControl::new(1);
        let far = Deadline::after(Duration::from_secs(5));
        let _working = control.admit(far).await.unwrap();
        for _ in 0..WAITERS_PER_CONNECTION {
            let control = control.clone();
            tokio::spawn(async move { control.admit(far).await.is_ok() });
        }
        tokio::task::yield_now().await;

        let (running, waiting) = (1, WAITERS_PER_CONNECTION);
        assert_eq!(control.usage(), Usage { running, waiting });
        assert!(matches!(control.admit(far).await, Err(RepositoryError::Unavailable(_))));
        assert!(far.remaining() > Duration::from_secs(4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_in_vain_opens_the_breaker() {
        let control = AdmissionControl::new(1);
        let _working = control.admit(Deadline::after(Duration::from_secs(5))).await.unwrap();
        let soon = Deadline::after(Duration::from_millis(20));
        assert!(control.admit(soon).await.is_err());
        assert!(control.breaker.admit().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_without_an_answer_is_left_alone_but_for_one_try_after_each_pause_until_it_answers() {
        let control = AdmissionControl::new(4);
        let far = Deadline::after(Duration::from_secs(60));
        control.admit(far).await.unwrap().end(&ANSWER);
        control.timed_out();
        assert!(control.admit(far).await.is_err());

        tokio::time::sleep(POLICY.pause).await;
        let attempt = control.admit(far).await.unwrap();
        assert!(control.admit(far).await.is_err(), "one tries, the others do not");
        attempt.end(&no_answer());
        assert!(control.admit(far).await.is_err());

        tokio::time::sleep(POLICY.pause).await;
        control.admit(far).await.unwrap().end(&ANSWER);
        control.admit(far).await.unwrap().end(&ANSWER);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_tries_while_every_connection_waits_for_an_answer() {
        let control = AdmissionControl::new(1);
        let far = Deadline::after(Duration::from_secs(60));
        let stuck = control.admit(far).await.unwrap();
        control.timed_out();
        tokio::time::sleep(POLICY.pause).await;
        assert!(control.admit(far).await.is_err());
        assert!(far.remaining() > Duration::from_secs(55), "it was turned away at once");
        stuck.end(&ANSWER);
        control.admit(far).await.unwrap().end(&ANSWER);
    }
}
