use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
};

use socket2::{Domain, Socket, Type};

use super::StartupError;
use crate::settings::Settings;

/// Connections that may wait to be taken.
const BACKLOG: i32 = 1024;

/// Bound sockets. Port 0 in the settings gives a free one: ask the listener which.
#[derive(Debug)]
pub struct Listeners {
    /// The public listener. It refuses connections until the application serves: a balancer goes elsewhere meanwhile.
    pub public: Reserved,
    /// The private listener.
    pub ops: TcpListener,
}

/// A bound socket that refuses connections as yet.
#[derive(Debug)]
pub struct Reserved(Socket);

impl Listeners {
    /// Binds what the settings name.
    ///
    /// # Errors
    /// [`StartupError::Listen`] if an address is taken or not ours.
    pub fn bind(settings: &Settings) -> Result<Self, StartupError> {
        let (server, ops) = (&settings.server, &settings.ops);
        Ok(Self {
            public: Reserved::bind(server.host, server.port, "server.port")?,
            ops: bind(ops.host, ops.port, "ops.port")?,
        })
    }
}

impl Reserved {
    /// Binds one address; `key` is the setting that a fault names.
    fn bind(host: IpAddr, port: u16, key: &'static str) -> Result<Self, StartupError> {
        let address = SocketAddr::new(host, port);
        reserve(address)
            .map(Self)
            .map_err(|source| listen_error(address, key, source))
    }

    /// Where it is.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let address = self.0.local_addr()?.as_socket();
        address.ok_or_else(|| io::Error::other("an address without a port"))
    }

    /// Takes connections from now on.
    ///
    /// # Errors
    /// If the system refuses; somebody else may have begun to listen there.
    pub(super) fn listen(self) -> io::Result<TcpListener> {
        self.0.listen(BACKLOG)?;
        Ok(self.0.into())
    }
}

/// Binds one address and listens; `key` is the setting that a fault names.
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
    // A port whose last connections are still closing may be taken over.
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
