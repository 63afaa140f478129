use std::{net::TcpListener, sync::Arc};

use actix_web::{App, HttpServer, dev::Server, middleware::from_fn, web::Data};
use tracing_actix_web::TracingLogger;

use super::{Shared, StartupError};
use crate::{
    handlers,
    middleware::{
        client_address::TrustedProxies,
        error_pages::error_pages,
        own_cookies::own_cookies,
        rate_limit::RateLimit,
        request_log::request_log,
        request_span::RequestSpan,
        security_headers::{SecurityHeaders, security_headers},
    },
    services::health::Lifecycle,
    settings::Settings,
};

/// The public listener.
pub(super) fn public(settings: Settings, listener: TcpListener, shared: Shared) -> Result<Server, StartupError> {
    let secure = settings.server.public_url.scheme() == "https";
    // The platform's own avatars come from hosts that are known; a sandbox draws its own.
    let headers = Data::new(SecurityHeaders::new(
        secure,
        std::slice::from_ref(&settings.wechat.open_url),
    )?);
    let proxies = Data::new(TrustedProxies::new(settings.server.trusted_proxies.clone()));
    let limit = Data::new(RateLimit::new(settings.limits.per_address_per_minute));
    let views = Data::new(Arc::clone(&shared.views));
    let (session, own) = (shared.session_cookie(), Data::new(shared.own_cookies()));
    let root_files = settings.wechat.root_files.clone();
    let (workers, drain) = (settings.server.workers, settings.server.shutdown_timeout);
    let app = move || {
        App::new()
            .app_data(Data::new(shared.app_state()))
            .app_data(views.clone())
            .app_data(headers.clone())
            .app_data(proxies.clone())
            .app_data(limit.clone())
            .app_data(own.clone())
            .configure(|config| handlers::configure(config, &root_files))
            .wrap(session.layer(settings.session.ttl_seconds))
            .wrap(from_fn(own_cookies))
            .wrap(from_fn(error_pages))
            .wrap(from_fn(security_headers))
            .wrap(from_fn(request_log))
            .wrap(TracingLogger::<RequestSpan>::new())
    };
    let server = HttpServer::new(app)
        .workers(workers.get())
        .disable_signals()
        .shutdown_timeout(drain.as_secs())
        .listen(listener)?;
    Ok(server.run())
}

/// The private listener, which answers before anything else is there. One thread is enough for probes.
pub(super) fn ops(listener: TcpListener, life: Lifecycle) -> Result<Server, StartupError> {
    let life = Data::new(life);
    let app = move || {
        App::new()
            .app_data(Data::clone(&life))
            .configure(handlers::ops::configure)
    };
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?;
    Ok(server.run())
}
