//! Builds everything from [`Settings`]. The only place that wires.

mod error;
mod listeners;
mod sandbox;
mod server;
mod shared;

use actix_web::dev::{Server, ServerHandle};

pub use error::StartupError;
pub use listeners::{Listeners, bind};
pub use sandbox::sandbox;
use shared::Shared;

use crate::{
    domain::{Clock, Entropy},
    settings::Settings,
};

/// The running application: the public listener and the private one.
pub struct Application {
    public: Server,
    ops: Server,
}

impl Application {
    /// Puts the application together. It runs pending migrations if the settings say so; neither the platform nor the
    /// cache need be there.
    ///
    /// # Errors
    /// [`StartupError`], with what to do about it.
    pub async fn build(
        settings: Settings,
        listeners: Listeners,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, StartupError> {
        let shared = Shared::build(&settings, clock, entropy).await?;
        let ops = server::ops(&settings, listeners.ops, shared.health())?;
        let public = server::public(settings, listeners.public, shared)?;
        Ok(Self { public, ops })
    }

    /// A handle that stops the public listener.
    pub fn handle(&self) -> ServerHandle {
        self.public.handle()
    }

    /// Serves until a signal or [`Self::handle`] stops it; requests in flight are finished first.
    ///
    /// # Errors
    /// If a listener fails.
    pub async fn run(self) -> std::io::Result<()> {
        let ops_handle = self.ops.handle();
        let ops = actix_web::rt::spawn(self.ops);
        let result = self.public.await;
        ops_handle.stop(true).await;
        // The private listener has been told to stop; how it ended is of no consequence.
        drop(ops.await);
        result
    }
}
