use std::net::{IpAddr, SocketAddr, TcpListener};

use super::StartupError;
use crate::settings::Settings;

/// Bound sockets. Port 0 in the settings gives a free one: ask the listener which.
#[derive(Debug)]
pub struct Listeners {
    /// The public listener.
    pub public: TcpListener,
    /// The private listener.
    pub ops: TcpListener,
}

impl Listeners {
    /// Binds what the settings name.
    ///
    /// # Errors
    /// [`StartupError::Listen`] if an address is taken or not ours.
    pub fn bind(settings: &Settings) -> Result<Self, StartupError> {
        let server = &settings.server;
        Ok(Self {
            public: bind(server.host, server.port, "server.port")?,
            ops: bind(settings.ops.host, settings.ops.port, "ops.port")?,
        })
    }
}

/// Binds one address; `key` is the setting that a fault names.
///
/// # Errors
/// [`StartupError::Listen`].
pub fn bind(host: IpAddr, port: u16, key: &'static str) -> Result<TcpListener, StartupError> {
    let address = SocketAddr::new(host, port);
    let failed = |source| StartupError::Listen {
        address: address.to_string(),
        key,
        source,
    };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}
