use std::{net::TcpListener, time::Duration};

use actix_web::{App, HttpServer, dev::Server, middleware::from_fn, web::PayloadConfig};
use tracing_actix_web::TracingLogger;

use super::public::{CONNECTIONS_PER_WORKER, DISCONNECT_TIMEOUT, KEEP_ALIVE, REQUEST_HEAD_TIMEOUT, WATCH_PERIOD};
use crate::{
    handlers::internal,
    http::policy,
    middleware::{
        connection_watch::watch_connection, every_request::EveryRequest, head::leave_body_out,
        request_span::RequestSpan, security_headers::SiteHeaders,
    },
    startup::{StartupError, account::Account, worker::Worker},
};

/// The server of an internal listener, for the operator's own systems.
pub(super) fn internal_server(
    listener: TcpListener,
    account: Account,
    drain: Duration,
) -> Result<Server, StartupError> {
    let site = SiteHeaders {
        secure: false,
        sdk: None,
    };
    let every_request = EveryRequest::new(policy::internal::policies(), site, None)?;
    let workers = account.infrastructure.settings.server.workers;
    let app = move || {
        let every_request = every_request.clone();
        App::new()
            // The policy of each route limits its body.
            .app_data(PayloadConfig::new(usize::MAX))
            .configure(|config| internal::configure(config, Worker::new(&account).internal_state()))
            .wrap(from_fn(move |request, next| every_request.clone().pass(request, next)))
            .wrap(from_fn(leave_body_out))
            .wrap(TracingLogger::<RequestSpan>::new())
    };
    let server = HttpServer::new(app)
        .workers(workers.get())
        .disable_signals()
        .shutdown_timeout(drain.as_secs())
        .max_connections(CONNECTIONS_PER_WORKER)
        .client_request_timeout(REQUEST_HEAD_TIMEOUT)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .on_connect(|connection, data| watch_connection(connection, data, WATCH_PERIOD))
        .listen(listener)?;
    Ok(server.run())
}
