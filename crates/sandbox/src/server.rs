//! The HTTP server of a sandbox.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    web,
};
use awc::Client;
use url::Url;

use crate::{config::SandboxConfig, platform::Platform, routes};

/// How long a stop waits for requests in flight. A fault that hangs must not delay it.
const SHUTDOWN_SECONDS: u64 = 1;

/// A sandbox that listens; it serves once [`Sandbox::run`] is awaited or spawned.
pub struct Sandbox {
    url: Url,
    server: Server,
}

impl Sandbox {
    /// Takes over the listener. Call it inside an actix or tokio runtime.
    ///
    /// # Errors
    ///
    /// When the listener has no address, the system no randomness, a built-in page does not parse, or a setting of pushes is wrong.
    pub fn start(config: SandboxConfig, listener: TcpListener) -> io::Result<Sandbox> {
        let own_url = url_of(listener.local_addr()?)?;
        let url = config.public_url.clone().unwrap_or(own_url);
        let workers = config.workers.max(1);
        let platform = web::Data::from(Arc::new(Platform::new(config, url.clone())?));
        let app = move || {
            App::new()
                .app_data(platform.clone())
                .app_data(web::Data::new(push_client()))
                .configure(routes::configure)
        };
        let server = HttpServer::new(app)
            .workers(workers)
            .disable_signals()
            .shutdown_timeout(SHUTDOWN_SECONDS)
            .listen(listener)?
            .run();
        Ok(Sandbox { url, server })
    }

    /// The URL to open and to point SDKs at; it ends in a slash.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The handle that stops the server.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until the handle stops it.
    ///
    /// # Errors
    ///
    /// When the server cannot accept connections.
    pub async fn run(self) -> io::Result<()> {
        self.server.await
    }
}

/// The platform follows no redirect of the account's server. Each push has a time of its own.
fn push_client() -> Client {
    Client::builder().disable_redirects().disable_timeout().finish()
}

/// A listener on all interfaces is reached through loopback.
fn url_of(listener: SocketAddr) -> io::Result<Url> {
    let ip = if listener.ip().is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        listener.ip()
    };
    let origin = format!("http://{}/", SocketAddr::new(ip, listener.port()));
    Url::parse(&origin).map_err(io::Error::other)
}
