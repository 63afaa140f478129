use std::{io, net::TcpListener};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::from_fn,
    rt::{self, task::JoinHandle},
    web::Data,
};

use tracing_actix_web::TracingLogger;

use crate::{
    handlers::ops,
    http::policy,
    middleware::{
        every_request::EveryRequest, head::leave_body_out, request_span::RequestSpan, security_headers::SiteHeaders,
    },
    services::health::Lifecycle,
    startup::StartupError,
};

/// The server of the ops listener. It starts before everything else, and serves until it is stopped or dropped.
pub(in crate::startup) struct OpsServer {
    lifecycle: Lifecycle,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
}

impl OpsServer {
    pub(in crate::startup) fn start(listener: TcpListener) -> Result<Self, StartupError> {
        let lifecycle = Lifecycle::default();
        let data = Data::new(lifecycle.clone());
        let site = SiteHeaders {
            secure: false,
            sdk: None,
        };
        let every_request = EveryRequest::new(policy::ops::policies(), site, None)?;
        let app = move || {
            let every_request = every_request.clone();
            App::new()
                .configure(|config| ops::configure(config, &data))
                .wrap(from_fn(move |request, next| every_request.clone().pass(request, next)))
                .wrap(from_fn(leave_body_out))
                .wrap(TracingLogger::<RequestSpan>::new())
        };
        // One thread is enough for health checks and metrics.
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

    /// Stops at once, without waiting for clients that keep their connection open.
    pub(in crate::startup) async fn stop(mut self) {
        self.handle.stop(false).await;
        // The process is stopping, so an error of this server no longer matters.
        drop((&mut self.server).await);
    }
}

impl Drop for OpsServer {
    fn drop(&mut self) {
        // The call alone starts the stop, so its future is not awaited.
        drop(self.handle.stop(false));
    }
}
