use std::{io, net::TcpListener, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::from_fn,
    rt::{self, task::JoinHandle},
    web::Data,
};

use crate::{
    handlers::internal, middleware::head::leave_body_out, services::health::Lifecycle, startup::StartupError, telemetry,
};

/// How often measurements are sorted into their buckets where nobody reads the metrics.
const UPKEEP: Duration = Duration::from_secs(10);

/// The private listener. It answers from its start, before anything else is there, until it is stopped or dropped.
pub(in crate::startup) struct InternalServer {
    lifecycle: Lifecycle,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    upkeep: JoinHandle<()>,
}

impl InternalServer {
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
        let upkeep = async {
            loop {
                tokio::time::sleep(UPKEEP).await;
                telemetry::upkeep();
            }
        };
        Ok(Self {
            lifecycle,
            handle: server.handle(),
            server: rt::spawn(server),
            upkeep: rt::spawn(upkeep),
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

impl Drop for InternalServer {
    fn drop(&mut self) {
        self.upkeep.abort();
        // The stop is under way with the call; nobody waits for it here.
        drop(self.handle.stop(false));
    }
}
