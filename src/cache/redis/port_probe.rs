//! Finds out which protocol Redis's port speaks. Nothing that is sent here contains a login.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A command to which every Redis responds, whatever this user's rights are.
const PING: &[u8] = b"PING\r\n";
/// At most this many bytes of a reply are read.
const MAX_REPLY: usize = 160;
/// First byte of the alert that a TLS server sends to a client that does not speak TLS.
pub const TLS_ALERT: u8 = 0x15;
/// First byte of a TLS server's reply to a client hello.
const TLS_HANDSHAKE: u8 = 0x16;
/// A client hello of TLS 1.2 with two ciphers and nothing else. That is enough for a reply, even if it is a rejection.
/// Between the two pieces come 32 random bytes.
const HELLO: (&[u8], &[u8]) = (
    b"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03",
    b"\x00\x00\x06\xc0\x2b\xc0\x2f\x00\xff\x01\x00",
);

/// The reply to a ping without TLS. Empty if the server closes the connection.
pub async fn ping(endpoint: SocketAddr) -> io::Result<Vec<u8>> {
    send(endpoint, PING).await
}

/// Whether a TLS server listens there.
pub async fn speaks_tls(endpoint: SocketAddr) -> io::Result<bool> {
    let hello = [HELLO.0, &[0; 32], HELLO.1].concat();
    let reply = send(endpoint, &hello).await?;
    Ok(matches!(reply.first(), Some(&(TLS_ALERT | TLS_HANDSHAKE))))
}

async fn send(endpoint: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(endpoint).await?;
    let mut reply = vec![0; MAX_REPLY];
    let exchange = async {
        stream.write_all(request).await?;
        stream.read(&mut reply).await
    };
    let length = match exchange.await {
        Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => 0,
        read => read?,
    };
    reply.truncate(length);
    Ok(reply)
}
