use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{reload::Reloads, servers::accounts::AccountServers};
use crate::{
    domain::Deadline,
    telemetry::{self, Stopwatch},
};

/// How often the requests in flight are counted while the server drains.
const COUNT_EVERY: Duration = Duration::from_millis(50);

/// This much of the shutdown's time is reserved for writing revocations to the database after the requests.
const DATABASE_SHARE: Duration = Duration::from_secs(1);

/// A shorter shutdown is not shared, because the server counts whole seconds. The requests get all of it.
const SHORTEST_TO_SHARE: Duration = Duration::from_secs(3);

/// How long requests in flight may take if the whole shutdown may take `limit`.
pub(super) fn share_of_requests(limit: Duration) -> Duration {
    if limit < SHORTEST_TO_SHARE {
        limit
    } else {
        limit.saturating_sub(DATABASE_SHARE)
    }
}

/// The signals that end this process, and the one that has files read anew.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hang_up: Signal,
    has_terminal: bool,
    reloads: Reloads,
}

impl Signals {
    /// `reloads`: what SIGHUP reads anew.
    pub(super) fn listen(reloads: Reloads) -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hang_up: signal(SignalKind::hangup())?,
            has_terminal: io::stdin().is_terminal(),
            reloads,
        })
    }

    /// Waits for the next signal that ends the process, and returns its name. Until then SIGHUP has files read anew, unless
    /// it tells that the terminal was closed in which somebody tries this process out.
    pub(super) async fn next(&mut self) -> &'static str {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return "SIGTERM",
                _ = self.interrupt.recv() => return "SIGINT",
                _ = self.quit.recv() => return "SIGQUIT",
                _ = self.hang_up.recv() => {
                    if self.has_terminal && !io::stdin().is_terminal() {
                        return "SIGHUP";
                    }
                    self.reloads.run();
                }
            }
        }
    }
}

/// Stops the accounts' servers. After SIGTERM it first finishes the requests in flight, for at most their share of `limit`.
/// After another signal, or a second one, it stops at once. Also returns the deadline for the end of the process.
pub(super) async fn drain(
    signal: &str,
    signals: &mut Signals,
    mut servers: AccountServers,
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
    let stopped = servers.stop(is_graceful);
    let (result, cut_off, is_hurried) = tokio::select! {
        (result, last_seen) = last_in_flight(&mut servers, in_flight) => {
            let all_answered = is_graceful && begun.elapsed() < share;
            (result, if all_answered { 0 } else { last_seen }, !is_graceful)
        }
        signal = signals.next() => {
            tracing::warn!("{signal}: not waiting any longer");
            let cut_off = telemetry::metrics().http.in_flight();
            // A server ignores a second stop while it drains. Dropping its future ends the workers at once.
            drop(servers);
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

/// Waits for the server's end. Returns how many requests were in flight shortly before, because afterwards it is too late to
/// count them: the workers drop unfinished requests at any time.
async fn last_in_flight(servers: &mut AccountServers, mut seen: u32) -> (io::Result<()>, u32) {
    loop {
        match tokio::time::timeout(COUNT_EVERY, &mut *servers).await {
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
