//! Builds everything from [`Settings`]. Only this module connects the parts.

mod account;
mod backends;
mod error;
mod infrastructure;
mod listeners;
mod operators;
mod sandbox;
mod servers;
mod shutdown;
mod worker;

use std::{io, time::Duration};

use actix_web::{
    dev::{Server, ServerHandle},
    rt,
};
use tokio::sync::oneshot;

pub use backends::Backends;
pub use error::StartupError;
pub use listeners::{Listeners, Reserved, bind};
pub use operators::operators;
pub use sandbox::sandbox;

use self::{
    account::Account,
    infrastructure::Infrastructure,
    servers::{ops::OpsServer, public::public_server},
    shutdown::Signals,
};
use crate::{
    audit::RefusalTrail,
    domain::{Clock, Deadline, Random},
    services::{clock_watch::ClockWatch, health::Health, sessions::RevocationSync},
    settings::Settings,
};

/// The running application: the public listener, the ops listener, and the background tasks.
pub struct Application {
    public: Server,
    ops: OpsServer,
    health: Health,
    backends: Backends,
    revocation_sync: RevocationSync,
    clock_watch: ClockWatch,
    signals: Signals,
    refusals: RefusalTrail,
    /// How long the whole shutdown may take after a signal.
    shutdown_timeout: Duration,
}

impl Application {
    /// Builds the application. The ops listener responds from the beginning, and reports that this process is starting. Runs
    /// pending migrations if the settings say so, and reads the session revocations before the first request. The platform
    /// and the cache may be down.
    ///
    /// # Errors
    /// [`StartupError`], with a hint.
    pub async fn build(
        settings: Settings,
        listeners: Listeners,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartupError> {
        let ops = OpsServer::start(listeners.ops)?;
        let shutdown_timeout = settings.server.shutdown_timeout;
        let migrates = settings.database.migrate_on_start;
        let infrastructure = Infrastructure::build(settings, clock, random).await?;
        let account = Account::build(infrastructure.clone())?;
        let missing_migrations = async {
            if !migrates {
                backends::log_missing_migrations(&infrastructure.database).await;
            }
        };
        let (backends, ()) = tokio::join!(backends::describe(&infrastructure), missing_migrations);
        let (health, refusals) = (account.health(), account.refusals.clone());
        let mut revocation_sync = account.revocation_sync();
        revocation_sync.round().await;
        let public = public_server(listeners.public.listen()?, account)?;
        // From now on a signal drains the process. It must be set up before `/readyz` reports that this process is ready.
        let signals = Signals::listen()?;
        Ok(Self {
            public,
            ops,
            health,
            backends,
            revocation_sync,
            clock_watch: infrastructure.clock_watch(),
            signals,
            refusals,
            shutdown_timeout,
        })
    }

    /// The database and the cache, for the first log line.
    pub fn backends(&self) -> &Backends {
        &self.backends
    }

    /// A handle that stops the public listener.
    pub fn handle(&self) -> ServerHandle {
        self.public.handle()
    }

    /// Serves until a signal or [`Self::handle`] stops it. After SIGTERM requests in flight are finished first. Meanwhile
    /// the ops listener reports that this process is stopping. Returns the deadline for the end of the process.
    ///
    /// # Errors
    /// If a listener fails.
    pub async fn run(self) -> io::Result<Deadline> {
        let mut signals = self.signals;
        self.ops.lifecycle().serve(self.health.clone());
        let (stop, stopped) = oneshot::channel();
        // Without a sender there is no time left.
        let stopped = async { stopped.await.unwrap_or_else(|_| Deadline::after(Duration::ZERO)) };
        let revocation_sync = rt::spawn(self.revocation_sync.run(stopped));
        let refusal_repeats = rt::spawn(self.refusals.clone().log_repeats());
        let clock_watch = rt::spawn(self.clock_watch.run());
        let handle = self.public.handle();
        let mut public = self.public;
        let (result, end) = tokio::select! {
            result = &mut public => (result, Deadline::after(self.shutdown_timeout)),
            signal = signals.next() => {
                self.ops.lifecycle().stop();
                shutdown::drain(signal, &mut signals, public, &handle, self.shutdown_timeout).await
            }
        };
        clock_watch.abort();
        // There are no more logouts now, so the revocations that still wait are written for the last time.
        let _ = stop.send(end);
        drop(revocation_sync.await);
        refusal_repeats.abort();
        self.refusals.flush();
        self.ops.stop().await;
        result.map(|()| end)
    }
}
