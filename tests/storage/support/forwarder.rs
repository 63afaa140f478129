use std::sync::{
    Arc,
    atomic::{AtomicU16, AtomicU32, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A port whose server can be changed, as behind a host name or a load balancer. Open connections stay with their server.
pub struct Forwarder {
    port: u16,
    target: Arc<AtomicU16>,
    connections: Arc<AtomicU32>,
    task: JoinHandle<()>,
}

impl Forwarder {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own_port = listener.local_addr().unwrap().port();
        let (target, connections) = (Arc::new(AtomicU16::new(port)), Arc::new(AtomicU32::new(0)));
        let task = tokio::spawn(accept(listener, Arc::clone(&target), Arc::clone(&connections)));
        Self {
            port: own_port,
            target,
            connections,
            task,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn point_to(&self, port: u16) {
        self.target.store(port, Ordering::SeqCst);
    }

    /// How many connections were made until now.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, target: Arc<AtomicU16>, connections: Arc<AtomicU32>) {
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        connections.fetch_add(1, Ordering::SeqCst);
        let port = target.load(Ordering::SeqCst);
        tokio::spawn(async move {
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            copy_bidirectional(&mut client, &mut server).await.ok();
        });
    }
}
