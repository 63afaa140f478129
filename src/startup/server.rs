use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, dev::Server, middleware::from_fn, web::Data};
use tracing_actix_web::TracingLogger;

use super::{Shared, StartupError, shutdown};
use crate::{
    handlers,
    http::client_ip::TrustedProxies,
    middleware::{
        connection_watch::watch_connection, every_request::EveryRequest, head::leave_body_out, rate_limit::RateLimit,
        request_span::RequestSpan, security_headers::SecurityHeaders,
    },
    services::health::Lifecycle,
    settings::Settings,
};

/// Connections of one worker thread at most; further ones wait in the system's queue. Each takes two file descriptors.
const CONNECTIONS_PER_WORKER: usize = 8192;

/// How long a client may take over the head of its first request.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may take to close after we did.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a connection may be silent between requests: longer than the 60 s of usual proxies, which would otherwise
/// now and then send a request into a connection that we are closing.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// A connection on which nothing begins or ends is closed after one to two of these: longer than `KEEP_ALIVE`, and than a
/// phone with a poor connection needs for the longest file.
const WATCH_PERIOD: Duration = Duration::from_secs(90);

/// The public listener.
pub(super) fn public(settings: Settings, listener: TcpListener, shared: Shared) -> Result<Server, StartupError> {
    let secure = settings.server.public_url.scheme() == "https";
    // The platform's own avatars come from hosts that are known; a sandbox draws its own.
    let headers = SecurityHeaders::new(secure, std::slice::from_ref(&settings.wechat.open_url))?;
    let every_request = EveryRequest::new(headers, shared.own_cookies(), Arc::clone(&shared.views));
    let proxies = Data::new(TrustedProxies::new(settings.server.trusted_proxies.clone()));
    let limit = Data::new(RateLimit::new(
        settings.limits.per_address_per_minute,
        shared.refusals.clone(),
    ));
    let session = shared.session_cookie();
    let root_files = settings.wechat.root_files.clone();
    let (workers, drain) = (
        settings.server.workers,
        shutdown::share_of_requests(settings.server.shutdown_timeout),
    );
    let app = move || {
        let every_request = every_request.clone();
        App::new()
            .app_data(Data::new(shared.sessions()))
            .app_data(proxies.clone())
            .app_data(limit.clone())
            .configure(|config| handlers::public::configure(config, shared.public_state(), &root_files))
            .wrap(session.middleware(settings.session.ttl_seconds))
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

/// The private listener, which answers before anything else is there. One thread is enough for probes.
pub(super) fn ops(listener: TcpListener, lifecycle: Lifecycle) -> Result<Server, StartupError> {
    let lifecycle = Data::new(lifecycle);
    let app = move || {
        App::new()
            .configure(|config| handlers::internal::configure(config, &lifecycle))
            .wrap(from_fn(leave_body_out))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?;
    Ok(server.run())
}
