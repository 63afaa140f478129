use std::{sync::Arc, time::Duration};

use diesel::r2d2::R2D2Connection;

use super::{AnyConnection, Health, Target};
use crate::{domain::Deadline, repositories::connection::ConnectFailure};

/// A younger connection is kept although its server does not write. Otherwise, if no server writes, for instance while a
/// cluster elects its next primary, the pool would reconnect with every request.
const MIN_AGE_TO_GIVE_UP: Duration = Duration::from_secs(1);

/// A pooled connection and what is known of its soundness.
pub struct PooledConnection {
    /// The connection for operations.
    pub connection: AnyConnection,
    /// [`Health::losses`] when the connection was last found to work.
    sound_at: u64,
    /// Whether the server's messages are not in English.
    pub is_translated: bool,
    generation: u64,
    young_until: Deadline,
    lost: bool,
}

impl PooledConnection {
    /// Whether the connection may be used. Tests it if another was lost since its last test. One of a generation that was
    /// given up is not tested, because a read-only server also responds to a ping.
    pub fn is_sound(&mut self, health: &Health) -> bool {
        self.lost = self.lost || self.generation < health.generation();
        let losses = health.losses();
        if self.sound_at != losses && !self.is_lost() {
            self.sound_at = losses;
        }
        !self.lost
    }

    /// Records that the server no longer writes. Returns whether the connection is given up for it, together with those of
    /// its generation.
    pub fn is_given_up(&mut self, health: &Health) -> bool {
        if self.young_until.has_passed() || self.generation < health.generation() {
            health.give_up(self.generation);
            self.lost = true;
        }
        self.lost
    }

    /// Tests the connection. A lost one is discarded when it returns to the pool.
    pub fn is_lost(&mut self) -> bool {
        self.lost = self.lost || self.connection.ping().is_err();
        self.lost
    }
}

/// Connects for r2d2.
pub struct Manager {
    target: Arc<Target>,
    health: Arc<Health>,
}

impl Manager {
    /// Connects to `target` and reports to `health`.
    pub fn new(target: Arc<Target>, health: Arc<Health>) -> Self {
        Self { target, health }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = PooledConnection;
    type Error = ConnectFailure;

    fn connect(&self) -> Result<PooledConnection, ConnectFailure> {
        let (sound_at, generation) = (self.health.losses(), self.health.generation());
        let outcome = self.target.connect();
        self.health.note(outcome.as_ref().err());
        outcome.map(|connection| PooledConnection {
            connection,
            is_translated: self.target.is_translated(),
            sound_at,
            generation,
            young_until: Deadline::after(MIN_AGE_TO_GIVE_UP),
            lost: false,
        })
    }

    fn is_valid(&self, pooled: &mut PooledConnection) -> Result<(), ConnectFailure> {
        let outcome = pooled.connection.ping();
        outcome.map_err(|error| ConnectFailure(error.to_string()))
    }

    fn has_broken(&self, pooled: &mut PooledConnection) -> bool {
        pooled.lost || std::thread::panicking() || pooled.connection.is_broken()
    }
}

/// r2d2 would log every failed attempt; [`Health`] logs the outage once.
#[derive(Debug)]
pub struct SilentErrors;

impl r2d2::HandleError<ConnectFailure> for SilentErrors {
    fn handle_error(&self, _: ConnectFailure) {}
}
