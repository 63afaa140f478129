use std::{io, time::Duration};

use actix_web::dev::{Server, ServerHandle};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    domain::Deadline,
    telemetry::{self, Stopwatch},
};

/// How often the requests in flight are counted while the server drains.
const COUNT_EVERY: Duration = Duration::from_millis(50);

/// Of the time that the shutdown may take this much is kept for what waits for the database when the requests are done.
const DATABASE_SHARE: Duration = Duration::from_secs(1);

/// Below this the requests get all the time: the listener counts whole seconds.
const SHORTEST_TO_SHARE: Duration = Duration::from_secs(3);

/// How long requests in flight may take, if the whole shutdown may take `limit`.
pub(super) fn share_of_requests(limit: Duration) -> Duration {
    if limit < SHORTEST_TO_SHARE {
        limit
    } else {
        limit.saturating_sub(DATABASE_SHARE)
    }
}

/// The signals that end this process.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// The name of the next one.
    pub(super) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.quit.recv() => "SIGQUIT",
        }
    }
}

/// Stops the public listener: after SIGTERM once its requests are answered or their share of `limit` is over, otherwise,
/// and at a second signal, at once. Also returns by when the process should
/// have ended.
pub(super) async fn drain(
    signal: &str,
    signals: &mut Signals,
    mut public: Server,
    handle: &ServerHandle,
    limit: Duration,
) -> (io::Result<()>, Deadline) {
    let (end, share) = (Deadline::after(limit), share_of_requests(limit));
    let begun = Stopwatch::start();
    let is_graceful = signal == "SIGTERM";
    let in_flight = telemetry::metrics().http.in_flight();
    if is_graceful {
        let seconds = share.as_secs();
        tracing::info!("{signal}: draining for at most {seconds} s; requests in flight: {in_flight}");
    } else {
        tracing::info!("{signal}: stopping at once; requests in flight: {in_flight}");
    }
    let stopped = handle.stop(is_graceful);
    let (result, cut_off, is_hurried) = tokio::select! {
        (result, last_seen) = last_in_flight(&mut public, in_flight) => {
            let all_answered = is_graceful && begun.elapsed() < share;
            (result, if all_answered { 0 } else { last_seen }, !is_graceful)
        }
        signal = signals.next() => {
            tracing::warn!("{signal}: not waiting any longer");
            let cut_off = telemetry::metrics().http.in_flight();
            // Deaf to a second stop while it drains; without its future the workers end at once.
            drop(public);
            (Ok(()), cut_off, true)
        }
    };
    drop(stopped);
    let milliseconds = begun.elapsed().as_millis();
    tracing::info!("stopped after {milliseconds} ms; requests cut off: {cut_off}");
    let end = if is_hurried {
        Deadline::after(DATABASE_SHARE)
    } else {
        end
    };
    (result, end)
}

/// Waits for the server's end; returns how many requests were in flight shortly before. Afterwards it would be too late
/// to count: the workers' threads drop what is cut off, at their own time.
async fn last_in_flight(public: &mut Server, mut seen: u32) -> (io::Result<()>, u32) {
    loop {
        match tokio::time::timeout(COUNT_EVERY, &mut *public).await {
            Ok(result) => return (result, seen),
            Err(_) => seen = telemetry::metrics().http.in_flight(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_second_is_not_for_requests() {
        let share = |seconds| share_of_requests(Duration::from_secs(seconds)).as_secs();
        assert_eq!((share(30), share(3)), (29, 2));
        assert_eq!((share(2), share(0)), (2, 0));
    }
}
