//! A way to Redis that a test can cut.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use url::Url;

/// Passes connections on to Redis until it is cut.
pub struct RedisProxy {
    /// Redis, through this proxy.
    pub url: String,
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl RedisProxy {
    pub fn start(redis_url: &str) -> Self {
        let mut url = Url::parse(redis_url).unwrap();
        let target = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let open = Arc::new(Mutex::new(Some(Vec::new())));
        let accepted = Arc::clone(&open);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Some(open) = &mut *accepted.lock().unwrap() else {
                    return;
                };
                let server = TcpStream::connect(&target).unwrap();
                pass(&client, &server);
                pass(&server, &client);
                open.extend([client, server]);
            }
        });
        Self { url: url.into(), open }
    }

    /// Ends every connection, and refuses new ones.
    pub fn cut(&self) {
        for connection in self.open.lock().unwrap().take().into_iter().flatten() {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

fn pass(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}
