use std::{future::Future, time::Duration};

use tokio::time::Instant;

/// The moment by which all platform work of one request must be done.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

/// The deadline passed before the work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the deadline passed")]
pub struct Elapsed;

impl Deadline {
    /// The deadline `timeout` from now.
    #[expect(
        clippy::disallowed_methods,
        reason = "a deadline is measured on the monotonic clock, here only"
    )]
    pub fn after(timeout: Duration) -> Self {
        Self(Instant::now() + timeout)
    }

    /// This deadline, moved by `grace`.
    pub fn plus(self, grace: Duration) -> Self {
        Self(self.0 + grace)
    }

    /// The time that is left; zero when the deadline has passed.
    #[expect(
        clippy::disallowed_methods,
        reason = "a deadline is measured on the monotonic clock, here only"
    )]
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether the deadline has passed.
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }

    /// Runs `work` until it is done or the deadline passes.
    ///
    /// # Errors
    /// [`Elapsed`] if the deadline passed first; the work is dropped then.
    pub async fn run<T>(self, work: impl Future<Output = T>) -> Result<T, Elapsed> {
        tokio::time::timeout_at(self.0, work).await.map_err(|_| Elapsed)
    }
}
