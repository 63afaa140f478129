//! Builds everything from [`Settings`]. Only this module connects the parts: what a process has once (`Infrastructure`),
//! what is built for an account (`Account`), and what a thread has for itself (`Worker`).

mod account;
mod account_commands;
mod backends;
mod background;
mod checks;
mod error;
mod forwards;
mod health;
mod infrastructure;
mod jobs;
mod listeners;
mod operators;
mod reload;
mod sandbox;
mod servers;
mod shutdown;
mod worker;

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

pub use account_commands::{follower_sync, menus, qr_codes};
pub use backends::Backends;
pub use checks::{
    CacheFault, CheckedCache, OnlineChecks, StorageFault, check_cache, check_database, check_storage, online_checks,
};
pub use error::StartupError;
pub use listeners::{Listeners, Reserved, bind};
pub use operators::{Migrated, audit_trail, job_administration, key_reseal, migrate, operators};
pub use sandbox::sandbox;

use self::{
    account::Account,
    background::BackgroundTasks,
    health::health,
    infrastructure::Infrastructure,
    reload::Reloads,
    servers::{
        accounts::{AccountListeners, AccountServers},
        ops::OpsServer,
    },
    shutdown::Signals,
};
use crate::{
    domain::{Clock, Deadline, Random},
    services::sessions::RevocationSync,
    settings::{AccountSettings, ProcessSettings, Settings},
};

/// The running application: the accounts that it serves, the listeners, and the background tasks.
pub struct Application {
    infrastructure: Infrastructure,
    accounts: Vec<Account>,
    revocation_syncs: Vec<RevocationSync>,
    servers: AccountServers,
    ops: OpsServer,
    backends: Backends,
    signals: Signals,
}

/// An account and its listeners.
#[doc(hidden)]
#[derive(Debug)]
pub struct HostedAccount {
    /// What belongs to the account.
    pub settings: AccountSettings,
    /// Where its fans arrive.
    pub listener: Reserved,
    /// Where the operator's own systems arrive, if one of them has a key.
    pub internal: Option<Reserved>,
}

impl Application {
    /// Builds the application for the account of the settings. The ops listener responds from the beginning, and reports that
    /// this process is starting. Runs pending migrations if the settings say so, and reads the session revocations before the
    /// first request. The platform and the cache may be down.
    ///
    /// # Errors
    /// [`StartupError`], with a hint.
    pub async fn build(
        settings: Settings,
        listeners: Listeners,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartupError> {
        let account = HostedAccount {
            settings: settings.account(),
            listener: listeners.public,
            internal: listeners.internal,
        };
        Self::build_for_accounts(settings.process(), vec![account], listeners.ops, clock, random).await
    }

    /// As [`Self::build`], for any number of accounts on one infrastructure. No settings lead here: tests start two accounts
    /// this way, to show that nothing crosses.
    ///
    /// # Errors
    /// [`StartupError`], with a hint.
    #[doc(hidden)]
    pub async fn build_for_accounts(
        settings: ProcessSettings,
        hosted: Vec<HostedAccount>,
        ops: TcpListener,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartupError> {
        let own_listeners = listening_addresses(&hosted, &ops);
        let ops = OpsServer::start(ops)?;
        let migrates = settings.database.migrate_on_start;
        let infrastructure = Infrastructure {
            own_listeners: own_listeners.into(),
            ..Infrastructure::build(settings, clock, random).await?
        };
        let (mut accounts, mut listeners) = (Vec::new(), Vec::new());
        for hosted in hosted {
            accounts.push(Account::build(infrastructure.clone(), hosted.settings)?);
            listeners.push(AccountListeners {
                public: hosted.listener,
                internal: hosted.internal,
            });
        }
        let missing_migrations = async {
            if !migrates {
                backends::log_missing_migrations(&infrastructure.database).await;
            }
        };
        let (backends, ()) = tokio::join!(backends::describe(&infrastructure, &accounts), missing_migrations);
        let mut revocation_syncs: Vec<RevocationSync> = accounts.iter().map(Account::revocation_sync).collect();
        for sync in &mut revocation_syncs {
            sync.round().await;
        }
        let drain = shutdown::share_of_requests(infrastructure.settings.server.shutdown_timeout);
        let servers = AccountServers::start(&accounts, listeners, drain)?;
        // From now on a signal drains the process. It must be set up before `/readyz` reports that this process is ready.
        let signals = Signals::listen(Reloads::of_accounts(&accounts))?;
        Ok(Self {
            infrastructure,
            accounts,
            revocation_syncs,
            servers,
            ops,
            backends,
            signals,
        })
    }

    /// The database and the cache, for the first log line.
    pub fn backends(&self) -> &Backends {
        &self.backends
    }

    /// Serves until a signal stops it; SIGHUP has files read anew. After SIGTERM requests in flight are finished first. Meanwhile the ops listener
    /// reports that this process is stopping. Returns the deadline for the end of the process.
    ///
    /// # Errors
    /// If a listener fails.
    pub async fn run(self) -> io::Result<Deadline> {
        let (mut signals, mut servers) = (self.signals, self.servers);
        let shutdown_timeout = self.infrastructure.settings.server.shutdown_timeout;
        self.ops.lifecycle().serve(health(&self.infrastructure, &self.accounts));
        let background = BackgroundTasks::spawn(&self.infrastructure, &self.accounts, self.revocation_syncs)?;
        let (result, end) = tokio::select! {
            result = &mut servers => (result, Deadline::after(shutdown_timeout)),
            signal = signals.next() => {
                self.ops.lifecycle().stop();
                background.drain();
                shutdown::drain(signal, &mut signals, servers, shutdown_timeout).await
            }
        };
        background.stop(end).await;
        self.ops.stop().await;
        result.map(|()| end)
    }
}

/// Where this process listens.
fn listening_addresses(hosted: &[HostedAccount], ops: &TcpListener) -> Vec<SocketAddr> {
    let of_accounts = hosted
        .iter()
        .flat_map(|account| std::iter::once(&account.listener).chain(&account.internal))
        .map(Reserved::local_addr);
    // An address that the system does not know is not listened on.
    of_accounts.chain([ops.local_addr()]).flatten().collect()
}
