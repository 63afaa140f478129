use std::sync::Arc;

use diesel::r2d2::R2D2Connection;

use super::{AnyConnection, Health, Target};
use crate::repositories::connection::ConnectFailure;

/// A pooled connection and what is known of its soundness.
pub struct Session {
    /// The connection.
    pub connection: AnyConnection,
    sound_at: u64,
    lost: bool,
}

impl Session {
    /// Whether the connection may be used; tests it if another was lost since it was last found sound.
    pub fn is_sound(&mut self, health: &Health) -> bool {
        let epoch = health.epoch();
        if self.sound_at != epoch && !self.is_lost() {
            self.sound_at = epoch;
        }
        !self.lost
    }

    /// Tests the connection. One that is lost is discarded when it goes back to the pool.
    pub fn is_lost(&mut self) -> bool {
        self.lost = self.lost || self.connection.ping().is_err();
        self.lost
    }
}

/// Tells r2d2 how to connect.
pub struct Manager {
    target: Arc<Target>,
    health: Arc<Health>,
}

impl Manager {
    /// Connects to `target` and tells `health` how it went.
    pub fn new(target: Arc<Target>, health: Arc<Health>) -> Self {
        Self { target, health }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Session;
    type Error = ConnectFailure;

    fn connect(&self) -> Result<Session, ConnectFailure> {
        let sound_at = self.health.epoch();
        let outcome = self.target.connect();
        self.health.note(outcome.as_ref().err());
        outcome.map(|connection| Session {
            connection,
            sound_at,
            lost: false,
        })
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), ConnectFailure> {
        let outcome = session.connection.ping();
        outcome.map_err(|error| ConnectFailure(error.to_string()))
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        session.lost || std::thread::panicking() || session.connection.is_broken()
    }
}

/// r2d2 would log every failed attempt; [`Health`] logs the outage once.
#[derive(Debug)]
pub struct SilentErrors;

impl r2d2::HandleError<ConnectFailure> for SilentErrors {
    fn handle_error(&self, _: ConnectFailure) {}
}
