mod health;
mod pooled_connection;

use std::{sync::Arc, time::Duration};

use self::{
    health::Health,
    pooled_connection::{Manager, PooledConnection, SilentErrors},
};
use super::{
    AnyConnection, RepositoryError,
    connection::Target,
    transaction::{self, Stage, Transaction},
};
use crate::{
    domain::Deadline,
    settings::DatabaseSettings,
    telemetry::{self, database::DatabaseRefusal},
};

/// r2d2 reconnects at intervals of up to half of this, and so notices a server that is back.
const RECONNECT_WITHIN: Duration = Duration::from_secs(2);
/// How often a caller who waits for a connection checks whether connecting has failed meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How often a transaction is tried that the server rolls back because of others at the same time.
const ATTEMPTS: u32 = 5;

/// The pool, with two additions to r2d2: callers do not wait while the server is known to be down, and connections are
/// tested only if there is a reason to doubt them.
pub struct Pool {
    pool: r2d2::Pool<Manager>,
    health: Arc<Health>,
}

#[derive(Debug, thiserror::Error)]
#[error("no connection to the database could be had in time")]
struct TimedOut;

impl Pool {
    /// A pool that connects in the background.
    pub fn new(target: Arc<Target>, settings: &DatabaseSettings) -> Self {
        let health = Arc::new(Health::default());
        let pool = r2d2::Pool::builder()
            .max_size(settings.pool_size.get())
            // With one connection, for short commands, it is made on demand: `migrate` never needs it.
            .min_idle(Some(u32::from(settings.pool_size.get() > 1)))
            .test_on_check_out(false)
            .connection_timeout(settings.pool_timeout.clamp(POLL_INTERVAL, RECONNECT_WITHIN))
            .error_handler(Box::new(SilentErrors))
            .build_unchecked(Manager::new(target, Arc::clone(&health)));
        Self { pool, health }
    }

    /// The current number of connections, and the highest possible one.
    pub fn size(&self) -> (u32, u32) {
        (self.pool.state().connections, self.pool.max_size())
    }

    /// # Errors
    /// [`RepositoryError::Unavailable`] if the server is known to be down and no connection is left.
    pub fn check(&self) -> Result<(), RepositoryError> {
        match self.health.outage() {
            Some(outage) if self.pool.state().connections == 0 => {
                telemetry::metrics().database.refused(DatabaseRefusal::Down);
                Err(RepositoryError::unavailable(outage))
            }
            _ => Ok(()),
        }
    }

    /// Runs `operation` on a connection. Blocks.
    pub fn once<T>(
        &self,
        deadline: Deadline,
        operation: impl FnOnce(&mut AnyConnection) -> Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        let mut pooled = self.acquire(deadline)?;
        let outcome = operation(&mut pooled.connection);
        self.judge(&mut pooled, outcome).map_err(Failure::into_error)
    }

    /// Runs `operation` on a connection, and again on another one if the first was lost meanwhile. Blocks.
    pub fn repeatable<T>(
        &self,
        deadline: Deadline,
        operation: impl Fn(&mut AnyConnection) -> Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        match self.once_judged(deadline, &operation) {
            Err(Failure::ConnectionLost(_)) => self.once(deadline, &operation),
            outcome => outcome.map_err(Failure::into_error),
        }
    }

    /// Runs `work` in a transaction. If the server rolled it back because of a deadlock or a serialization failure, it is
    /// repeated a few times. If the connection was lost before `COMMIT` was sent, it is repeated once, on another one. Blocks.
    pub fn transaction<T>(
        &self,
        deadline: Deadline,
        work: impl Fn(&mut Transaction<'_>) -> Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        let (mut rolled_back, mut lost) = (0, 0);
        loop {
            let mut pooled = self.acquire(deadline)?;
            let (stage, outcome) = transaction::attempt(&mut pooled.connection, &work);
            match self.judge(&mut pooled, outcome) {
                Err(Failure::ConnectionLost(_)) if stage == Stage::BeforeCommit && lost == 0 => lost += 1,
                Err(Failure::Operation(error)) if error.is_rolled_back() && rolled_back + 1 < ATTEMPTS => {
                    rolled_back += 1;
                }
                outcome => return outcome.map_err(Failure::into_error),
            }
        }
    }

    fn once_judged<T>(
        &self,
        deadline: Deadline,
        operation: impl FnOnce(&mut AnyConnection) -> Result<T, RepositoryError>,
    ) -> Result<T, Failure> {
        let mut pooled = self.acquire(deadline).map_err(Failure::Operation)?;
        let outcome = operation(&mut pooled.connection);
        self.judge(&mut pooled, outcome)
    }

    fn acquire(&self, deadline: Deadline) -> Result<r2d2::PooledConnection<Manager>, RepositoryError> {
        loop {
            self.check()?;
            match self.pool.get_timeout(deadline.remaining().min(POLL_INTERVAL)) {
                Ok(mut pooled) => {
                    if pooled.is_sound(&self.health) {
                        return Ok(pooled);
                    }
                }
                Err(_) if deadline.has_passed() => {
                    telemetry::metrics().database.refused(DatabaseRefusal::Late);
                    return Err(RepositoryError::unavailable(TimedOut));
                }
                Err(_) => {}
            }
        }
    }

    /// After a failure, finds out whether the connection is lost. Then the other connections are in doubt as well. A
    /// connection to a server that no longer writes counts as lost, and so do the others: another server may have taken
    /// over, and only new connections find it.
    fn judge<T>(&self, connection: &mut PooledConnection, outcome: Result<T, RepositoryError>) -> Result<T, Failure> {
        let outcome = match outcome {
            Err(error) if connection.is_translated => Err(error.of_translated_server()),
            outcome => outcome,
        };
        match outcome {
            Err(error) if error.is_read_only() => {
                if connection.is_given_up(&self.health) {
                    return Err(Failure::ConnectionLost(error));
                }
                Err(Failure::Operation(error))
            }
            Err(error @ (RepositoryError::Unavailable(_) | RepositoryError::Other(_))) if connection.is_lost() => {
                self.health.doubt_connections();
                Err(Failure::ConnectionLost(error))
            }
            outcome => outcome.map_err(Failure::Operation),
        }
    }
}

enum Failure {
    ConnectionLost(RepositoryError),
    Operation(RepositoryError),
}

impl Failure {
    fn into_error(self) -> RepositoryError {
        match self {
            Self::ConnectionLost(error) => error.into_unavailable(),
            Self::Operation(error) => error,
        }
    }
}
