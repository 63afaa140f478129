use std::{io, net::TcpListener};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::from_fn,
    rt::{self, task::JoinHandle},
    web::Data,
};

use crate::{handlers::internal, middleware::head::leave_body_out, services::health::Lifecycle, startup::StartupError};

/// The ops listener. It serves from its start, before anything else is there, until it is stopped or dropped.
pub(in crate::startup) struct OpsServer {
    lifecycle: Lifecycle,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
}

impl OpsServer {
    pub(in crate::startup) fn start(listener: TcpListener) -> Result<Self, StartupError> {
        let lifecycle = Lifecycle::default();
        let data = Data::new(lifecycle.clone());
        let app = move || {
            App::new()
                .configure(|config| internal::configure(config, &data))
                .wrap(from_fn(leave_body_out))
        };
        // One thread is enough for probes.
        let server = HttpServer::new(app)
            .workers(1)
            .disable_signals()
            .listen(listener)?
            .run();
        Ok(Self {
            lifecycle,
            handle: server.handle(),
            server: rt::spawn(server),
        })
    }

    pub(in crate::startup) fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }

    /// Probes that keep their connection open are not waited for.
    pub(in crate::startup) async fn stop(mut self) {
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
