use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::RepositoryError;
use crate::{
    domain::Deadline,
    telemetry::{self, database::DatabaseRefusal},
};

/// Enough for what comes in while a disk pauses for a second; a waiter costs no thread.
const WAITERS_PER_CONNECTION: usize = 32;

/// After an operation that got no answer all are turned away for so long; then one tries.
const PAUSE: Duration = Duration::from_millis(500);

/// Keeps threads that may block from queueing for the pool: as many may work as there are connections, a bounded
/// number may wait without a thread, and the rest are turned away at once. So are all while the database is silent.
#[derive(Debug, Clone)]
pub struct Gate {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
    connections: usize,
    /// Until when a silent database is left alone; none while it answers.
    silence: Arc<Mutex<Option<Deadline>>>,
}

/// The right to work with a connection.
#[derive(Debug)]
pub struct Turn {
    gate: Gate,
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("too many requests wait for the database")]
    Full,
    #[error("no connection to the database became free in time")]
    Late,
    #[error("the database does not answer")]
    Silent,
    #[error("the database was closed")]
    Closed,
}

impl Gate {
    /// A gate for a pool of `connections`.
    pub fn new(connections: usize) -> Self {
        Self {
            waiting: Arc::new(Semaphore::new(connections.saturating_mul(WAITERS_PER_CONNECTION))),
            working: Arc::new(Semaphore::new(connections)),
            connections,
            silence: Arc::default(),
        }
    }

    /// Waits for a turn, which lasts until it is dropped.
    ///
    /// # Errors
    /// [`RepositoryError::Unavailable`] at once if too many wait already or the database is silent, or when the deadline
    /// passes.
    pub async fn enter(&self, deadline: Deadline) -> Result<Turn, RepositoryError> {
        if self.is_silent() {
            return self.enter_silence();
        }
        let Ok(_place) = self.waiting.try_acquire() else {
            telemetry::metrics().database.refused(DatabaseRefusal::Full);
            return Err(RepositoryError::unavailable(Refused::Full));
        };
        match deadline.run(Arc::clone(&self.working).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(self.turn(permit)),
            Ok(Err(_)) => Err(RepositoryError::unavailable(Refused::Closed)),
            Err(_) => {
                telemetry::metrics().database.refused(DatabaseRefusal::Late);
                self.unanswered();
                Err(RepositoryError::unavailable(Refused::Late))
            }
        }
    }

    /// A turn to try with, if it is time for one and a connection is free; where all wait for an answer already, no
    /// further one would learn anything.
    fn enter_silence(&self) -> Result<Turn, RepositoryError> {
        let permit = match &mut *self.silence() {
            Some(until) if until.has_passed() => {
                *until = Deadline::after(PAUSE);
                Arc::clone(&self.working).try_acquire_owned().ok()
            }
            _ => None,
        };
        permit.map(|permit| self.turn(permit)).ok_or_else(|| {
            telemetry::metrics().database.refused(DatabaseRefusal::Silent);
            RepositoryError::unavailable(Refused::Silent)
        })
    }

    fn turn(&self, permit: OwnedSemaphorePermit) -> Turn {
        Turn {
            gate: self.clone(),
            _permit: permit,
        }
    }

    /// How many work and how many wait at this moment.
    pub fn usage(&self) -> (usize, usize) {
        let waiting = self.connections.saturating_mul(WAITERS_PER_CONNECTION);
        (
            self.connections.saturating_sub(self.working.available_permits()),
            waiting.saturating_sub(self.waiting.available_permits()),
        )
    }

    /// Takes note that an operation got no answer in time.
    pub fn unanswered(&self) {
        *self.silence() = Some(Deadline::after(PAUSE));
    }

    fn is_silent(&self) -> bool {
        self.silence().is_some()
    }

    fn silence(&self) -> MutexGuard<'_, Option<Deadline>> {
        self.silence.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Ends the turn. An answer of the database, whatever it says, ends its silence.
    pub fn end(self, answered: bool) {
        if answered {
            *self.gate.silence() = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_works_some_wait_and_the_next_is_turned_away_at_once() {
        let gate = Gate::new(1);
        let turn = gate.enter(Deadline::after(Duration::from_secs(5))).await.unwrap();
        let waiters: Vec<_> = (0..WAITERS_PER_CONNECTION)
            .map(|_| {
                let gate = gate.clone();
                tokio::spawn(async move { gate.enter(Deadline::after(Duration::from_secs(5))).await.is_ok() })
            })
            .collect();
        tokio::task::yield_now().await;

        assert_eq!(gate.usage(), (1, WAITERS_PER_CONNECTION));
        let far = Deadline::after(Duration::from_secs(5));
        assert!(matches!(gate.enter(far).await, Err(RepositoryError::Unavailable(_))));
        assert!(far.remaining() > Duration::from_secs(4));

        drop(turn);
        for waiter in waiters {
            assert!(waiter.await.unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_with_its_deadline() {
        let gate = Gate::new(1);
        let _turn = gate.enter(Deadline::after(Duration::from_secs(5))).await.unwrap();
        assert!(gate.enter(Deadline::after(Duration::from_millis(20))).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_database_is_left_alone_but_for_one_try_after_each_pause_until_it_answers() {
        let gate = Gate::new(4);
        let far = Deadline::after(Duration::from_secs(60));
        gate.enter(far).await.unwrap().end(true);
        gate.unanswered();
        assert!(gate.enter(far).await.is_err());

        tokio::time::sleep(PAUSE).await;
        let attempt = gate.enter(far).await.unwrap();
        assert!(gate.enter(far).await.is_err(), "one tries, the others do not");
        attempt.end(false);
        assert!(gate.enter(far).await.is_err());

        tokio::time::sleep(PAUSE).await;
        gate.enter(far).await.unwrap().end(true);
        gate.enter(far).await.unwrap().end(true);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_tries_while_every_connection_waits_for_an_answer() {
        let gate = Gate::new(1);
        let far = Deadline::after(Duration::from_secs(60));
        let stuck = gate.enter(far).await.unwrap();
        gate.unanswered();
        tokio::time::sleep(PAUSE).await;
        assert!(gate.enter(far).await.is_err());
        assert!(far.remaining() > Duration::from_secs(55), "it was turned away at once");
        stuck.end(true);
        gate.enter(far).await.unwrap().end(true);
    }
}
