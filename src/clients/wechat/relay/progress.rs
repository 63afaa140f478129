use std::{
    cell::Cell,
    future::Future,
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use awc::error::{ConnectError, SendRequestError};
use bytes::Bytes;
use futures_util::Stream;

use super::{ByteStream, CallerBodyCut, RelayError};
use crate::domain::Deadline;

/// What may lie in the buffers between us and the platform when the last byte was handed to the socket, in bytes.
const BUFFERED: u64 = 4 << 20;

/// How slow a line to the platform may be, in bytes a second.
const SLOWEST: u64 = 128 * 1024;

/// How far a request is on its way. Clones share it.
#[derive(Clone)]
pub(super) struct Progress(Rc<State>);

struct State {
    deadline: Cell<Deadline>,
    sent: Cell<u64>,
    waits_for_caller: Cell<bool>,
    is_cut: Cell<bool>,
    timeout: Duration,
    stall: Duration,
}

impl Progress {
    /// `timeout` holds from the end of the request, `stall` while its body moves.
    pub(super) fn begin(timeout: Duration, stall: Duration) -> Self {
        Self(Rc::new(State {
            deadline: Cell::new(Deadline::after(stall)),
            sent: Cell::new(0),
            waits_for_caller: Cell::new(false),
            is_cut: Cell::new(false),
            timeout,
            stall,
        }))
    }

    /// Does the work until it is done, or nothing has moved for too long.
    ///
    /// # Errors
    /// [`RelayError::CallerStalled`] or [`RelayError::Timeout`].
    pub(super) async fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, RelayError> {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = self.0.deadline.get().run(&mut work).await {
                return Ok(done);
            }
            if self.0.deadline.get().has_passed() {
                return Err(if self.0.waits_for_caller.get() {
                    RelayError::CallerStalled
                } else {
                    RelayError::Timeout
                });
            }
        }
    }

    /// Why awc could not send.
    pub(super) fn explain(&self, error: &SendRequestError) -> RelayError {
        match error {
            _ if self.0.is_cut.get() => RelayError::CallerCut,
            SendRequestError::Timeout | SendRequestError::Connect(ConnectError::Timeout) => RelayError::Timeout,
            error => RelayError::Unreachable(error.to_string()),
        }
    }

    /// The whole request was handed to the socket.
    pub(super) fn sent_all(&self) {
        let in_buffers = self.0.sent.get().min(BUFFERED);
        let to_pass = Duration::from_millis(in_buffers.saturating_mul(1000) / SLOWEST);
        self.0
            .deadline
            .set(Deadline::after(self.0.timeout.saturating_add(to_pass)));
        self.0.waits_for_caller.set(false);
    }

    fn sent(&self, length: usize) {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.0.sent.set(self.0.sent.get().saturating_add(length));
        self.0.deadline.set(Deadline::after(self.0.stall));
    }
}

/// A body whose progress is noted.
pub(super) struct Tracked {
    bytes: ByteStream,
    progress: Progress,
}

impl Tracked {
    pub(super) fn new(bytes: ByteStream, progress: &Progress) -> Self {
        let progress = progress.clone();
        Self { bytes, progress }
    }
}

impl Stream for Tracked {
    type Item = Result<Bytes, CallerBodyCut>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.bytes.as_mut().poll_next(context);
        self.progress.0.waits_for_caller.set(next.is_pending());
        match &next {
            Poll::Pending => {}
            Poll::Ready(Some(Ok(bytes))) => self.progress.sent(bytes.len()),
            Poll::Ready(Some(Err(CallerBodyCut))) => self.progress.0.is_cut.set(true),
            Poll::Ready(None) => self.progress.sent_all(),
        }
        next
    }
}
