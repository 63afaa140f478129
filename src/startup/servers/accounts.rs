use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::dev::{Server, ServerHandle};
use futures_util::future::{TryJoinAll, join_all, try_join_all};

use super::{internal::internal_server, public::public_server};
use crate::startup::{Reserved, StartupError, account::Account};

/// The listeners of one account.
#[derive(Debug)]
pub(in crate::startup) struct AccountListeners {
    pub(in crate::startup) public: Reserved,
    /// None if nobody has a key for the internal API.
    pub(in crate::startup) internal: Option<Reserved>,
}

/// The servers of the accounts: the public one of each, and the internal one. As a future it ends with the last of them, or
/// with the first error.
pub(in crate::startup) struct AccountServers {
    handles: Vec<ServerHandle>,
    running: TryJoinAll<Server>,
}

impl AccountServers {
    /// `listeners`: those of the `accounts`, in the same order. `drain`: how long requests in flight may take in the end.
    pub(in crate::startup) fn start(
        accounts: &[Account],
        listeners: Vec<AccountListeners>,
        drain: Duration,
    ) -> Result<Self, StartupError> {
        let mut servers = Vec::new();
        for (account, AccountListeners { public, internal }) in accounts.iter().zip(listeners) {
            servers.push(public_server(public.listen()?, account.clone(), drain)?);
            if let Some(internal) = internal {
                servers.push(internal_server(internal.listen()?, account.clone(), drain)?);
            }
        }
        Ok(Self {
            handles: servers.iter().map(Server::handle).collect(),
            running: try_join_all(servers),
        })
    }

    /// Stops all of them. The call alone starts that; the future ends when they have stopped.
    pub(in crate::startup) fn stop(&self, is_graceful: bool) -> impl Future<Output = ()> + use<> {
        let stopping: Vec<_> = self.handles.iter().map(|handle| handle.stop(is_graceful)).collect();
        async move { drop(join_all(stopping).await) }
    }
}

impl Future for AccountServers {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.running).poll(context).map_ok(drop)
    }
}
