//! Closes connections on which nothing comes to an end.
//!
//! The server drops a client that takes too long over the head of its first request, and one that is silent between
//! requests. It waits for ever for the rest of a later request, for the rest of a body that nobody reads, and for a
//! client that does not take its response. Here a connection that neither begins nor ends a request for a whole period,
//! and has none in hand, is shut down.

use std::{
    any::Any,
    cell::Cell,
    net::{Shutdown, TcpStream},
    os::fd::AsFd,
    rc::{Rc, Weak},
    time::Duration,
};

use actix_web::{
    dev::{Extensions, ServiceRequest},
    rt,
};

/// The watch over one connection. It ends with the connection: a task that slept on for the rest of its period would, behind
/// a proxy that opens a connection for each request, be one of very many.
struct Watch {
    watched: Rc<Watched>,
    task: rt::task::JoinHandle<()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What is watched of a connection; dropped with it.
struct Watched {
    socket: TcpStream,
    in_hand: Cell<usize>,
    has_moved: Cell<bool>,
}

/// A request in hand; it ends when this is dropped, also when its client has hung up.
pub struct InHand(Rc<Watched>);

impl InHand {
    fn begin(watched: &Rc<Watched>) -> Self {
        watched.in_hand.set(watched.in_hand.get().saturating_add(1));
        watched.has_moved.set(true);
        Self(Rc::clone(watched))
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.in_hand.set(self.0.in_hand.get().saturating_sub(1));
        self.0.has_moved.set(true);
    }
}

/// Begins to watch a new connection, for the server's `on_connect`.
pub fn watch_connection(connection: &dyn Any, data: &mut Extensions, period: Duration) {
    let Some(stream) = connection.downcast_ref::<rt::net::TcpStream>() else {
        return;
    };
    // Without a second descriptor to shut it down by, a connection goes unwatched: the process has run out of them.
    let Ok(socket) = stream.as_fd().try_clone_to_owned() else {
        return;
    };
    let watched = Rc::new(Watched {
        socket: socket.into(),
        in_hand: Cell::new(0),
        has_moved: Cell::new(true),
    });
    let task = rt::spawn(watch(Rc::downgrade(&watched), period));
    data.insert(Watch { watched, task });
}

async fn watch(watched: Weak<Watched>, period: Duration) {
    loop {
        rt::time::sleep(period).await;
        let Some(watched) = watched.upgrade() else { return };
        if watched.in_hand.get() == 0 && !watched.has_moved.take() {
            // It fails only where the other side was faster.
            let _ = watched.socket.shutdown(Shutdown::Both);
            return;
        }
    }
}

/// Counts a request as in hand on its connection until the returned value is dropped.
pub fn begin_request(request: &ServiceRequest) -> Option<InHand> {
    let watch = request.request().conn_data::<Watch>();
    watch.map(|watch| InHand::begin(&watch.watched))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_watch_ends_with_its_connection_and_not_after_its_period() {
        tokio::time::pause();
        let listener = rt::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = Vec::new();
        for _ in 0..100 {
            let client = rt::net::TcpStream::connect(address).await.unwrap();
            let (connection, _) = listener.accept().await.unwrap();
            let mut data = Extensions::new();
            watch_connection(&connection, &mut data, Duration::from_secs(90));
            let task = data.get::<Watch>().unwrap().task.abort_handle();
            tokio::task::yield_now().await;
            assert!(!task.is_finished(), "it watches");
            tasks.push(task);
            drop((data, connection, client));
        }
        // The clock stands still: nobody sleeps to the end of a period.
        tokio::task::yield_now().await;
        assert_eq!(tasks.iter().filter(|task| !task.is_finished()).count(), 0);
    }
}
