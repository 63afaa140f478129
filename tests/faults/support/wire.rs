//! The way to the platform, which can be cut.

use std::{
    io,
    net::Ipv4Addr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use super::{locked, process::free_port};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// What comes is passed on.
    Sound,
    /// Nobody listens, and what was connected is cut.
    Refusing,
    /// Connections are taken and reset as soon as something is sent.
    Resetting,
}

/// A port that leads to the platform. It counts the requests that have no response yet.
pub struct Wire {
    pub port: u16,
    target: u16,
    state: watch::Sender<State>,
    listener: Mutex<Option<JoinHandle<()>>>,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Wire {
    pub async fn lay(target: u16) -> Arc<Self> {
        let wire = Arc::new(Self {
            port: free_port(),
            target,
            state: watch::Sender::new(State::Sound),
            listener: Mutex::new(None),
            open: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        wire.listen().await;
        wire
    }

    /// Applies to every connection from now on, also to open ones.
    pub async fn set(self: &Arc<Self>, state: State) {
        self.state.send_replace(state);
        if state == State::Refusing {
            let listener = locked(&self.listener).take();
            if let Some(listener) = listener {
                listener.abort();
                listener.await.ok();
            }
        } else if locked(&self.listener).is_none() {
            self.listen().await;
        }
    }

    /// The most requests that waited for a response at the same time, since the last call.
    pub fn most_asked(&self) -> usize {
        self.most.swap(self.open.load(Ordering::SeqCst), Ordering::SeqCst)
    }

    async fn listen(self: &Arc<Self>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await.unwrap();
        let wire = Arc::clone(self);
        let accept = async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(Arc::clone(&wire).pass(stream));
            }
        };
        *locked(&self.listener) = Some(tokio::spawn(accept));
    }

    async fn pass(self: Arc<Self>, mut stream: TcpStream) {
        let mut state = self.state.subscribe();
        if *state.borrow_and_update() == State::Resetting {
            let mut request = Vec::with_capacity(1024);
            stream.read_buf(&mut request).await.ok();
            stream.set_zero_linger().ok();
            return;
        }
        if let Ok(mut target) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.target)).await {
            let mut asked = Asked { wire: &self, is: false };
            tokio::select! {
                _ = asked.relay(&mut stream, &mut target) => {}
                _ = state.changed() => drop(stream.set_zero_linger()),
            }
        }
    }
}

/// Whether a connection has a response outstanding.
struct Asked<'a> {
    wire: &'a Wire,
    is: bool,
}

impl Asked<'_> {
    /// Passes on what comes, until either side ends.
    async fn relay(&mut self, client: &mut TcpStream, target: &mut TcpStream) -> io::Result<()> {
        let (mut request, mut response) = (Vec::with_capacity(8192), Vec::with_capacity(8192));
        loop {
            tokio::select! {
                read = client.read_buf(&mut request) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    self.set(true);
                    target.write_all(&request).await?;
                    request.clear();
                }
                read = target.read_buf(&mut response) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    client.write_all(&response).await?;
                    self.set(false);
                    response.clear();
                }
            }
        }
    }

    fn set(&mut self, is: bool) {
        match (self.is, is) {
            (false, true) => {
                let open = self.wire.open.fetch_add(1, Ordering::SeqCst) + 1;
                self.wire.most.fetch_max(open, Ordering::SeqCst);
            }
            (true, false) => drop(self.wire.open.fetch_sub(1, Ordering::SeqCst)),
            _ => {}
        }
        self.is = is;
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.set(false);
    }
}
