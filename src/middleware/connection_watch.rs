//! Closes connections without progress.
//!
//! The server drops a client that sends the head of its first request too slowly, or is silent between requests. But it
//! waits forever for the rest of a later request, for the rest of a body that is not read, and for a client that does not
//! read its response. Here a connection is shut down if no request begins or ends on it for a whole period, and none is in
//! flight.

use std::{
    any::Any,
    cell::Cell,
    net::{Shutdown, TcpStream},
    os::fd::AsFd,
    rc::{Rc, Weak},
    time::Duration,
};

use actix_web::{
    HttpRequest,
    dev::{Extensions, ServiceRequest},
    rt,
};

/// The task that watches one connection. It ends with the connection: behind a proxy that opens a connection per request,
/// tasks that sleep until the end of their period would be very many.
struct Watch {
    watched: Rc<Watched>,
    task: rt::task::JoinHandle<()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The watched state of a connection. It is dropped with the connection.
struct Watched {
    socket: TcpStream,
    in_flight: Cell<usize>,
    has_moved: Cell<bool>,
}

/// A request in flight. It ends when this is dropped, also if its client has hung up.
pub struct InFlight(Rc<Watched>);

impl InFlight {
    fn begin(watched: &Rc<Watched>) -> Self {
        watched.in_flight.set(watched.in_flight.get().saturating_add(1));
        watched.has_moved.set(true);
        Self(Rc::clone(watched))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.set(self.0.in_flight.get().saturating_sub(1));
        self.0.has_moved.set(true);
    }
}

/// Starts to watch a new connection, for the server's `on_connect`.
pub fn watch_connection(connection: &dyn Any, data: &mut Extensions, period: Duration) {
    let Some(stream) = connection.downcast_ref::<rt::net::TcpStream>() else {
        return;
    };
    // A second descriptor is needed to shut the connection down. If the process has none left, the connection is not
    // watched.
    let Ok(socket) = stream.as_fd().try_clone_to_owned() else {
        return;
    };
    let watched = Rc::new(Watched {
        socket: socket.into(),
        in_flight: Cell::new(0),
        has_moved: Cell::new(true),
    });
    let task = rt::spawn(watch(Rc::downgrade(&watched), period));
    data.insert(Watch { watched, task });
}

async fn watch(watched: Weak<Watched>, period: Duration) {
    loop {
        rt::time::sleep(period).await;
        let Some(watched) = watched.upgrade() else { return };
        if watched.in_flight.get() == 0 && !watched.has_moved.take() {
            // It fails only if the other side has closed the connection already.
            let _ = watched.socket.shutdown(Shutdown::Both);
            return;
        }
    }
}

/// Counts a request as in flight on its connection until the returned value is dropped.
pub fn begin_request(request: &ServiceRequest) -> Option<InFlight> {
    keep_open(request.request())
}

/// The same for a response that goes on when its handler has returned.
pub fn keep_open(request: &HttpRequest) -> Option<InFlight> {
    let watch = request.conn_data::<Watch>();
    watch.map(|watch| InFlight::begin(&watch.watched))
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
        // The clock is paused, so no task reaches the end of its period.
        tokio::task::yield_now().await;
        assert_eq!(tasks.iter().filter(|task| !task.is_finished()).count(), 0);
    }
}
