use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::Deadline;

/// Limits how much runs at once, and how much waits for its turn. Clones share the limit.
#[derive(Debug, Clone)]
pub struct ConcurrencyLimit {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    max: Usage,
}

/// The right to run, until it is dropped.
#[derive(Debug)]
pub struct Permit {
    _permit: OwnedSemaphorePermit,
}

/// How much runs and how much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Permits that are in use.
    pub running: usize,
    /// Callers that wait for one.
    pub waiting: usize,
}

/// No permit was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcquireError {
    /// The queue is full.
    QueueFull,
    /// The deadline passed before a permit was free.
    TimedOut,
}

impl ConcurrencyLimit {
    /// Lets `running` run at once and nobody wait.
    pub fn new(running: usize) -> Self {
        Self::with_queue(running, 0)
    }

    /// Lets `running` run at once and `waiting` wait.
    pub fn with_queue(running: usize, waiting: usize) -> Self {
        let [running, waiting] = [running, waiting].map(|max| max.min(Semaphore::MAX_PERMITS));
        Self {
            running: Arc::new(Semaphore::new(running)),
            waiting: Arc::new(Semaphore::new(waiting)),
            max: Usage { running, waiting },
        }
    }

    /// Lets `running` run at once and any number wait.
    pub fn with_unlimited_queue(running: usize) -> Self {
        Self::with_queue(running, Semaphore::MAX_PERMITS)
    }

    /// A permit, if one is free.
    pub fn try_acquire(&self) -> Option<Permit> {
        let permit = Arc::clone(&self.running).try_acquire_owned().ok()?;
        Some(Permit { _permit: permit })
    }

    /// A permit, as soon as one is free.
    ///
    /// # Errors
    /// [`AcquireError::QueueFull`] at once if too many wait already, [`AcquireError::TimedOut`] when the deadline passes.
    pub async fn acquire(&self, deadline: Deadline) -> Result<Permit, AcquireError> {
        if let Some(permit) = self.try_acquire() {
            return Ok(permit);
        }
        let _place = self.waiting.try_acquire().map_err(|_| AcquireError::QueueFull)?;
        match deadline.run(Arc::clone(&self.running).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Permit { _permit: permit }),
            // The semaphore itself fails only when it is closed, which it never is.
            Ok(Err(_)) | Err(_) => Err(AcquireError::TimedOut),
        }
    }

    /// How much runs and how much waits at this moment.
    pub fn usage(&self) -> Usage {
        Usage {
            running: self.max.running.saturating_sub(self.running.available_permits()),
            waiting: self.max.waiting.saturating_sub(self.waiting.available_permits()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const FAR: Duration = Duration::from_secs(5);
    const WAITING: usize = 32;

    #[tokio::test(start_paused = true)]
    async fn one_runs_some_wait_and_the_next_is_turned_away_at_once() {
        let limit = ConcurrencyLimit::with_queue(1, WAITING);
        let permit = limit.acquire(Deadline::after(FAR)).await.unwrap();
        let waiters: Vec<_> = (0..WAITING)
            .map(|_| {
                let limit = limit.clone();
                tokio::spawn(async move { limit.acquire(Deadline::after(FAR)).await.is_ok() })
            })
            .collect();
        tokio::task::yield_now().await;

        let (running, waiting) = (1, WAITING);
        assert_eq!(limit.usage(), Usage { running, waiting });
        let far = Deadline::after(FAR);
        assert_eq!(limit.acquire(far).await.unwrap_err(), AcquireError::QueueFull);
        assert_eq!(far.remaining(), FAR, "it was turned away at once");

        drop(permit);
        for waiter in waiters {
            assert!(waiter.await.unwrap());
        }
        let (running, waiting) = (0, 0);
        assert_eq!(limit.usage(), Usage { running, waiting });
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_with_its_deadline() {
        let limit = ConcurrencyLimit::with_unlimited_queue(1);
        let _permit = limit.acquire(Deadline::after(FAR)).await.unwrap();
        let soon = Deadline::after(Duration::from_millis(20));
        assert_eq!(limit.acquire(soon).await.unwrap_err(), AcquireError::TimedOut);
    }

    #[test]
    fn clones_share_the_permits_and_a_permit_is_free_again() {
        let limit = ConcurrencyLimit::new(2);
        let (first, _second) = (limit.try_acquire().unwrap(), limit.clone().try_acquire().unwrap());
        assert!(limit.try_acquire().is_none());
        drop(first);
        assert!(limit.try_acquire().is_some());
    }
}
