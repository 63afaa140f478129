use std::{io, net::TcpListener};

use actix_web::{dev::ServerHandle, rt::task::JoinHandle};

use super::{StartupError, server};
use crate::services::health::Lifecycle;

/// The private listener. It answers from its start until it is stopped or dropped.
pub(super) struct OpsServer {
    life: Lifecycle,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
}

impl OpsServer {
    pub(super) fn start(listener: TcpListener) -> Result<Self, StartupError> {
        let life = Lifecycle::default();
        let server = server::ops(listener, life.clone())?;
        let handle = server.handle();
        Ok(Self {
            life,
            handle,
            server: actix_web::rt::spawn(server),
        })
    }

    pub(super) fn life(&self) -> &Lifecycle {
        &self.life
    }

    /// Probes that keep their connection open are not waited for.
    pub(super) async fn stop(mut self) {
        self.handle.stop(false).await;
        // It has been told to stop; how it ended is of no consequence.
        drop((&mut self.server).await);
    }
}

impl Drop for OpsServer {
    fn drop(&mut self) {
        // The stop is under way with the call; nobody waits for it here.
        drop(self.handle.stop(false));
    }
}
