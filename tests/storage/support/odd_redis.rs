//! Stands before a real Redis and makes it odd in one respect.

use std::time::Duration;

use fanpass::domain::Clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[derive(Clone, Copy)]
pub enum Oddity {
    /// Its clock is these seconds ahead.
    Ahead(u64),
    /// Each reply is delayed by this long.
    Slow(Duration),
}

/// Answers the port. It ends with the test's runtime.
pub async fn start(port: u16, oddity: Oddity) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::spawn(relay(client, server, oddity));
        }
    });
    own
}

/// Until either side has enough.
async fn relay(mut client: TcpStream, mut server: TcpStream, oddity: Oddity) -> std::io::Result<()> {
    let (mut asked, mut reply) = ([0; 4096], [0; 4096]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => match (read?, oddity) {
                (0, _) => return Ok(()),
                (length, Oddity::Ahead(seconds)) if asked[..length].ends_with(b"TIME\r\n") => {
                    let time = Clock::system().now_precise().as_secs() + seconds;
                    let reply = format!("*2\r\n$10\r\n{time}\r\n$1\r\n0\r\n");
                    client.write_all(reply.as_bytes()).await?;
                }
                (length, _) => server.write_all(&asked[..length]).await?,
            },
            read = server.read(&mut reply) => match (read?, oddity) {
                (0, _) => return Ok(()),
                (length, Oddity::Slow(delay)) => {
                    tokio::time::sleep(delay).await;
                    client.write_all(&reply[..length]).await?;
                }
                (length, _) => client.write_all(&reply[..length]).await?,
            },
        }
    }
}
