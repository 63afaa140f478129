//! Another site, over https.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use rustls::{ServerConnection, StreamOwned};

use super::certificate::made_up_tls;

/// Serves this at every path of `https://{host}`; returns the port of 127.0.0.1.
pub fn serve_at(host: &str, content_type: &str, content: &str) -> u16 {
    let folder = tempfile::tempdir().unwrap();
    let (config, _) = made_up_tls(folder.path(), &format!("DNS:{host}"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}; charset=utf-8\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{content}",
        content.len()
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (config, response) = (Arc::clone(&config), response.clone());
            thread::spawn(move || respond(stream.unwrap(), config, &response));
        }
    });
    port
}

fn respond(stream: TcpStream, config: Arc<rustls::ServerConfig>, response: &str) {
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let mut head = [0; 4096];
    // A browser may open a connection that it never uses.
    if stream.read(&mut head).unwrap_or(0) > 0 {
        let _ = stream.write_all(response.as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
}
