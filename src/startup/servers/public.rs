use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::Server,
    middleware::from_fn,
    web::{Data, PayloadConfig},
};
use tracing_actix_web::TracingLogger;

use crate::{
    handlers::public::{self, photos::max_upload_bytes},
    http::{client_ip::TrustedProxies, policy},
    middleware::{
        connection_watch::watch_connection,
        every_request::{EveryRequest, Visitors},
        head::leave_body_out,
        rate_limit::RateLimit,
        request_span::RequestSpan,
        security_headers::SiteHeaders,
    },
    startup::{StartupError, account::Account, worker::Worker},
    views::SdkOrigins,
};

/// The most connections of one worker thread. Further ones wait in the system's queue. Each needs two file descriptors.
pub(super) const CONNECTIONS_PER_WORKER: usize = 8192;

/// How long a client may take to send the head of its first request.
pub(super) const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may take to close after we did.
pub(super) const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a connection may be silent between requests. This is longer than the usual 60 s of proxies, which would
/// otherwise sometimes send a request on a connection that we are closing.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// A connection on which no request begins or ends is closed after one to two of these periods. That is longer than
/// `KEEP_ALIVE`, and longer than a phone with a poor connection needs for the largest file.
pub(super) const WATCH_PERIOD: Duration = Duration::from_secs(90);

/// The server of a public listener, for the fans of one account.
pub(super) fn public_server(listener: TcpListener, account: Account, drain: Duration) -> Result<Server, StartupError> {
    let (process, settings) = (Arc::clone(&account.infrastructure.settings), account.settings().clone());
    let sdk = SdkOrigins::new(&settings.wechat.open_url);
    let site = SiteHeaders {
        secure: account.is_secure(),
        sdk: settings.jssdk.enabled.then_some(&sdk),
    };
    let visitors = Visitors {
        origin: settings.account.public_url.origin(),
        cookies: account.own_cookies(),
        views: Arc::clone(&account.views),
        login_limit: RateLimit::new(settings.limits.per_address_per_minute, account.refusals.clone()),
        refusals: account.refusals.clone(),
    };
    let root_files = settings.wechat.root_files.keys().map(String::as_str);
    let upload_bytes = settings
        .photos
        .enabled
        .then(|| max_upload_bytes(settings.photos.max_bytes));
    let has_pushes = settings.push_keys.is_some();
    let policies = policy::public::policies(
        root_files,
        settings.login.enabled,
        has_pushes,
        upload_bytes,
        settings.jssdk.enabled,
    );
    let every_request = EveryRequest::new(policies, site, Some(visitors))?;
    let proxies = Data::new(TrustedProxies::new(process.server.trusted_proxies.clone()));
    let session_cookie = account.session_cookie();
    let workers = process.server.workers;
    let app = move || {
        let every_request = every_request.clone();
        App::new()
            .app_data(Data::new(account.sessions()))
            .app_data(Data::clone(&proxies))
            // The policy of each route limits its body.
            .app_data(PayloadConfig::new(usize::MAX))
            .configure(|config| {
                let state = Worker::new(&account).public_state();
                public::configure(config, state, &settings.wechat.root_files);
            })
            .wrap(session_cookie.middleware(settings.session.ttl_seconds))
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
