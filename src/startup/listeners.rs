use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
};

use socket2::{Domain, Socket, Type};

use super::StartupError;
use crate::settings::Settings;

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;

/// Bound sockets. With port 0 in the settings the system chooses a free port, which the listener knows.
#[derive(Debug)]
pub struct Listeners {
    /// The public listener. It refuses connections until the application serves, so that a load balancer uses other
    /// replicas.
    pub public: Reserved,
    /// The internal listener, if somebody has a key for it.
    pub internal: Option<Reserved>,
    /// The ops listener.
    pub ops: TcpListener,
}

/// A bound socket that still refuses connections.
#[derive(Debug)]
pub struct Reserved(Socket);

impl Listeners {
    /// Binds the addresses of the settings.
    ///
    /// # Errors
    /// [`StartupError::Listen`] if an address is in use, or does not belong to this machine.
    pub fn bind(settings: &Settings) -> Result<Self, StartupError> {
        let (server, ops, internal) = (&settings.server, &settings.ops, &settings.internal);
        let has_internal = settings.secrets.api_keys.any();
        let bind_internal = || Reserved::bind(internal.host, internal.port, "internal.port");
        Ok(Self {
            public: Reserved::bind(server.host, server.port, "server.port")?,
            internal: has_internal.then(bind_internal).transpose()?,
            ops: bind(ops.host, ops.port, "ops.port")?,
        })
    }
}

impl Reserved {
    /// Binds one address. `key` is the setting for the error message.
    pub(super) fn bind(host: IpAddr, port: u16, key: &'static str) -> Result<Self, StartupError> {
        let address = SocketAddr::new(host, port);
        reserve(address)
            .map(Self)
            .map_err(|source| listen_error(address, key, source))
    }

    /// The listening address.
    ///
    /// # Errors
    /// If the system does not know it.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let address = self.0.local_addr()?.as_socket();
        address.ok_or_else(|| io::Error::other("an address without a port"))
    }

    /// Accepts connections from now on.
    ///
    /// # Errors
    /// If the system refuses, for instance because another process listens there by now.
    pub(super) fn listen(self) -> io::Result<TcpListener> {
        self.0.listen(BACKLOG)?;
        Ok(self.0.into())
    }
}

/// Binds one address and listens. `key` is the setting for the error message.
///
/// # Errors
/// [`StartupError::Listen`].
pub fn bind(host: IpAddr, port: u16, key: &'static str) -> Result<TcpListener, StartupError> {
    let address = SocketAddr::new(host, port);
    let listener = reserve(address).and_then(|socket| Reserved(socket).listen());
    listener.map_err(|source| listen_error(address, key, source))
}

fn reserve(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // The port may be used although its last connections are still closing.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn listen_error(address: SocketAddr, key: &'static str, source: io::Error) -> StartupError {
    StartupError::Listen {
        address: address.to_string(),
        key,
        source,
    }
}
