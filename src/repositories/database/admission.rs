//! Limits how many callers work with the database.

use std::time::Duration;

use crate::{
    domain::Deadline,
    repositories::RepositoryError,
    resilience::{self, AcquireError, BreakerPolicy, CircuitBreaker, ConcurrencyLimit, Permit, Usage},
    telemetry::{self, database::DatabaseRefusal},
};

/// Enough for the requests that arrive while a disk pauses for a second. A waiting caller needs no thread.
const WAITERS_PER_CONNECTION: usize = 32;

/// A frozen server blocks a thread for a long time, so the first operation without a response opens the breaker. Any
/// response, however late, shows that the server works again.
const POLICY: BreakerPolicy = BreakerPolicy {
    pause: Duration::from_millis(500),
    tolerated_silence: None,
    any_response_closes: true,
};

/// Prevents blocking threads from queueing for the pool. As many callers work as there are connections, a bounded number
/// wait without a thread, and the rest are refused at once. While the database does not respond, all are refused.
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
    /// [`RepositoryError::Unavailable`] at once if too many wait already or the database does not respond, or when the
    /// deadline passes.
    pub async fn admit(&self, deadline: Deadline) -> Result<Admission, RepositoryError> {
        let Some(breaker) = self.breaker.admit() else {
            return Err(Refused::CircuitOpen.count());
        };
        let acquired = if breaker.is_probe() {
            // If every connection is waiting for a response, another attempt would show nothing new.
            self.limit.try_acquire().ok_or(Refused::CircuitOpen)
        } else {
            self.limit.acquire(deadline).await.map_err(Refused::from)
        };
        match acquired {
            Ok(permit) => Ok(Admission {
                breaker,
                _permit: permit,
            }),
            Err(refused) => {
                if matches!(refused, Refused::TimedOut) {
                    self.breaker.open();
                }
                // A probe that found no connection learned nothing: the next one waits for the pause again.
                breaker.inconclusive();
                Err(refused.count())
            }
        }
    }

    /// Records that an operation got no response in time. Its thread may still be waiting.
    pub fn record_timeout(&self) {
        self.breaker.open();
    }

    /// How many callers work and how many wait at this moment.
    pub fn usage(&self) -> Usage {
        self.limit.usage()
    }
}

impl Admission {
    /// Ends the work. An error other than `Unavailable` is also a response of the database.
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

    fn no_response() -> Result<(), RepositoryError> {
        Err(RepositoryError::unavailable("made up"))
    }

    #[tokio::test(start_paused = true)]
    async fn one_works_some_wait_and_the_next_is_refused_at_once() {
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
    async fn a_database_that_does_not_respond_gets_one_attempt_after_each_pause_until_it_responds() {
        let control = AdmissionControl::new(4);
        let far = Deadline::after(Duration::from_secs(60));
        control.admit(far).await.unwrap().end(&ANSWER);
        control.record_timeout();
        assert!(control.admit(far).await.is_err());

        tokio::time::sleep(POLICY.pause).await;
        let attempt = control.admit(far).await.unwrap();
        assert!(control.admit(far).await.is_err(), "one tries, the others do not");
        attempt.end(&no_response());
        assert!(control.admit(far).await.is_err());

        tokio::time::sleep(POLICY.pause).await;
        control.admit(far).await.unwrap().end(&ANSWER);
        control.admit(far).await.unwrap().end(&ANSWER);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_tries_while_every_connection_waits_for_a_response() {
        let control = AdmissionControl::new(1);
        let far = Deadline::after(Duration::from_secs(60));
        let stuck = control.admit(far).await.unwrap();
        control.record_timeout();
        tokio::time::sleep(POLICY.pause).await;
        assert!(control.admit(far).await.is_err());
        assert!(far.remaining() > Duration::from_secs(55), "it was refused at once");
        stuck.end(&ANSWER);
        control.admit(far).await.unwrap().end(&ANSWER);
    }
}
