use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::RepositoryError;
use crate::{domain::Deadline, telemetry};

const WAITERS_PER_CONNECTION: usize = 8;

/// Keeps threads that may block from queueing for the pool: as many may work as there are connections, a bounded
/// number may wait without a thread, and the rest are turned away at once.
#[derive(Debug, Clone)]
pub struct Gate {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
    connections: usize,
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("too many requests wait for the database")]
    Full,
    #[error("no connection to the database became free in time")]
    Late,
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
        }
    }

    /// Waits for a turn, which lasts until the permit is dropped.
    ///
    /// # Errors
    /// [`RepositoryError::Unavailable`] at once if too many wait already, or when the deadline passes.
    pub async fn enter(&self, deadline: Deadline) -> Result<OwnedSemaphorePermit, RepositoryError> {
        let Ok(_place) = self.waiting.try_acquire() else {
            telemetry::database::refused("full");
            return Err(RepositoryError::unavailable(Refused::Full));
        };
        match deadline.run(Arc::clone(&self.working).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) => Err(RepositoryError::unavailable(Refused::Closed)),
            Err(_) => {
                telemetry::database::refused("late");
                Err(RepositoryError::unavailable(Refused::Late))
            }
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
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn one_works_eight_wait_and_the_tenth_is_turned_away_at_once() {
        let gate = Gate::new(1);
        let turn = gate.enter(Deadline::after(Duration::from_secs(5))).await.unwrap();
        let waiters: Vec<_> = (0..8)
            .map(|_| {
                let gate = gate.clone();
                tokio::spawn(async move { gate.enter(Deadline::after(Duration::from_secs(5))).await.is_ok() })
            })
            .collect();
        tokio::task::yield_now().await;

        assert_eq!(gate.usage(), (1, 8));
        let far = Deadline::after(Duration::from_secs(5));
        assert!(matches!(gate.enter(far).await, Err(RepositoryError::Unavailable(_))));
        assert!(far.remaining() > Duration::from_secs(4));

        drop(turn);
        for waiter in waiters {
            assert!(waiter.await.unwrap());
        }
    }

    #[tokio::test]
    async fn a_wait_ends_with_its_deadline() {
        let gate = Gate::new(1);
        let _turn = gate.enter(Deadline::after(Duration::from_secs(5))).await.unwrap();
        assert!(gate.enter(Deadline::after(Duration::from_millis(20))).await.is_err());
    }
}
