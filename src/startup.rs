//! Builds everything from [`Settings`]. The only place that wires.

mod error;
mod listeners;
mod operators;
mod ops_server;
mod sandbox;
mod server;
mod shared;
mod shutdown;

use std::{io, time::Duration};

use actix_web::dev::{Server, ServerHandle};
use tokio::sync::oneshot;

pub use error::StartupError;
pub use listeners::{Listeners, Reserved, bind};
pub use operators::operators;
use ops_server::OpsServer;
pub use sandbox::sandbox;
pub use shared::Backends;
use shared::Shared;
use shutdown::Signals;

use crate::{
    audit::RefusalTrail,
    domain::{Clock, Deadline, Random},
    services::{clock_watch::ClockWatch, health::Health, sessions::RevocationSync},
    settings::Settings,
};

/// The running application: the public listener, the private one, and what goes on beside them.
pub struct Application {
    public: Server,
    ops: OpsServer,
    health: Health,
    backends: Backends,
    follower: RevocationSync,
    clock_watch: ClockWatch,
    signals: Signals,
    refusals: RefusalTrail,
    /// How long the end may take after a signal, all in all.
    limit: Duration,
}

impl Application {
    /// Puts the application together. The private listener answers from the beginning, that this process is starting.
    /// Runs pending migrations if the settings say so, and learns which sessions were ended before anybody can bring
    /// one; neither the platform nor the cache need be there.
    ///
    /// # Errors
    /// [`StartupError`], with what to do about it.
    pub async fn build(
        settings: Settings,
        listeners: Listeners,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartupError> {
        let ops = OpsServer::start(listeners.ops)?;
        let limit = settings.server.shutdown_timeout;
        let shared = Shared::build(&settings, clock, random).await?;
        let (backends, ()) = tokio::join!(shared.backends(), shared.tell_missing_migrations());
        let (health, clock_watch, mut follower) = (shared.health(), shared.clock_watch(), shared.follower());
        follower.round().await;
        let refusals = shared.refusals.clone();
        let public = server::public(settings, listeners.public.listen()?, shared)?;
        // From here on a signal drains: whoever reads that this is ready may send one at once.
        let signals = Signals::listen()?;
        Ok(Self {
            public,
            ops,
            health,
            backends,
            follower,
            clock_watch,
            signals,
            refusals,
            limit,
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
    /// private listener goes on answering meanwhile, that this process is stopping. Answers by when the process should
    /// have ended.
    ///
    /// # Errors
    /// If a listener fails.
    pub async fn run(self) -> io::Result<Deadline> {
        let mut signals = self.signals;
        self.ops.life().serve(self.health.clone());
        let (stop, stopped) = oneshot::channel();
        // A sender that is gone gives no time.
        let stopped = async { stopped.await.unwrap_or_else(|_| Deadline::after(Duration::ZERO)) };
        let follower = actix_web::rt::spawn(self.follower.run(stopped));
        let teller = actix_web::rt::spawn(self.refusals.clone().tell_repeats());
        let clock_watch = actix_web::rt::spawn(self.clock_watch.run());
        let handle = self.public.handle();
        let mut public = self.public;
        let (result, end) = tokio::select! {
            result = &mut public => (result, Deadline::after(self.limit)),
            signal = signals.next() => {
                self.ops.life().stop();
                shutdown::drain(signal, &mut signals, public, &handle, self.limit).await
            }
        };
        clock_watch.abort();
        // The last logouts are answered: what still waits for the database is written now or never.
        let _ = stop.send(end);
        drop(follower.await);
        teller.abort();
        self.refusals.tell_all();
        self.ops.stop().await;
        result.map(|()| end)
    }
}
