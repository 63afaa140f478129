//! Builds everything from [`Settings`]. The only place that wires.

mod error;
mod listeners;
mod ops_server;
mod sandbox;
mod server;
mod shared;
mod shutdown;

use std::{io, time::Duration};

use actix_web::dev::{Server, ServerHandle};

pub use error::StartupError;
pub use listeners::{Listeners, Reserved, bind};
use ops_server::OpsServer;
pub use sandbox::sandbox;
pub use shared::Backends;
use shared::Shared;
use shutdown::Signals;

use crate::{
    domain::{Clock, Entropy},
    services::health::Health,
    settings::Settings,
};

/// The running application: the public listener and the private one.
pub struct Application {
    public: Server,
    ops: OpsServer,
    health: Health,
    backends: Backends,
    drain: Duration,
}

impl Application {
    /// Puts the application together. The private listener answers from the beginning, that this process is starting.
    /// Runs pending migrations if the settings say so; neither the platform nor the cache need be there.
    ///
    /// # Errors
    /// [`StartupError`], with what to do about it.
    pub async fn build(
        settings: Settings,
        listeners: Listeners,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, StartupError> {
        let ops = OpsServer::start(listeners.ops)?;
        let drain = settings.server.shutdown_timeout;
        let shared = Shared::build(&settings, clock, entropy).await?;
        let (health, backends) = (shared.health(), shared.backends().await);
        let public = server::public(settings, listeners.public.listen()?, shared)?;
        Ok(Self {
            public,
            ops,
            health,
            backends,
            drain,
        })
    }

    /// What it works with.
    pub fn backends(&self) -> &Backends {
        &self.backends
    }

    /// A handle that stops the public listener.
    pub fn handle(&self) -> ServerHandle {
        self.public.handle()
    }

    /// Serves until a signal or [`Self::handle`] stops it. After SIGTERM requests in flight are finished first; the
    /// private listener goes on answering meanwhile, that this process is stopping.
    ///
    /// # Errors
    /// If a listener fails.
    pub async fn run(self) -> io::Result<()> {
        let mut signals = Signals::listen()?;
        self.ops.life().serve(self.health.clone());
        let handle = self.public.handle();
        let mut public = self.public;
        let result = tokio::select! {
            result = &mut public => result,
            signal = signals.next() => {
                self.ops.life().stop();
                shutdown::drain(signal, &mut signals, public, &handle, self.drain).await
            }
        };
        self.ops.stop().await;
        result
    }
}
