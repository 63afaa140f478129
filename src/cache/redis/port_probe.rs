//! What is spoken at the port where a Redis should be. Nothing that is sent here holds a login.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A command that every Redis answers, whatever it lets this user do.
const PING: &[u8] = b"PING\r\n";
/// Of the answer this much is read, in bytes.
const LONGEST_ANSWER: usize = 160;
/// With this byte begins the alert that a server under TLS sends when it hears what it cannot take.
pub const TLS_ALERT: u8 = 0x15;
/// With this byte begins what a server under TLS answers to a client's hello.
const TLS_HANDSHAKE: u8 = 0x16;
/// A hello of TLS 1.2 with two ciphers and nothing else: enough for an answer, be it a refusal. Between the two pieces
/// belong 32 bytes of the client's choice.
const HELLO: (&[u8], &[u8]) = (
    b"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03",
    b"\x00\x00\x06\xc0\x2b\xc0\x2f\x00\xff\x01\x00",
);

/// What the port answers to a ping in plain words; nothing if the server ends the connection.
pub async fn ping(address: SocketAddr) -> io::Result<Vec<u8>> {
    ask(address, PING).await
}

/// Whether the port answers to TLS as a server under TLS does.
pub async fn speaks_tls(address: SocketAddr) -> io::Result<bool> {
    let hello = [HELLO.0, &[0; 32], HELLO.1].concat();
    let heard = ask(address, &hello).await?;
    Ok(matches!(heard.first(), Some(&(TLS_ALERT | TLS_HANDSHAKE))))
}

async fn ask(address: SocketAddr, words: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let mut heard = vec![0; LONGEST_ANSWER];
    let answer = async {
        stream.write_all(words).await?;
        stream.read(&mut heard).await
    };
    let length = match answer.await {
        Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => 0,
        answered => answered?,
    };
    heard.truncate(length);
    Ok(heard)
}
