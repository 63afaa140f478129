use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;

use super::Relayed;
use crate::domain::Deadline;

/// How many pieces lie between the platform and a caller that reads more slowly.
const PIECES: usize = 2;

/// The answer breaks off: whoever reads it must not take the part for the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the platform's answer broke off, or nobody read it")]
pub struct BrokenOff;

/// The body of an answer, as it comes.
pub struct Passing(mpsc::Receiver<Piece>);

enum Piece {
    Bytes(Bytes),
    End,
}

impl Passing {
    /// Passes the body of an answer on as fast as it is read. A caller that stalls is not asked by the server whether it wants
    /// more, so this is a task of its own: it gives the connection to the platform up when nobody has read for `pause`.
    pub(super) fn begin(relayed: Relayed, pause: Duration, guard: impl Sized + 'static) -> Self {
        let (sender, receiver) = mpsc::channel(PIECES);
        let pass = async move {
            let Relayed { mut answer, permit } = relayed;
            let _held = (permit, guard);
            loop {
                let piece = match answer.chunk().await {
                    Ok(Some(bytes)) => Piece::Bytes(bytes),
                    Ok(None) => Piece::End,
                    // Without an end the body breaks off for its reader, too.
                    Err(error) => {
                        tracing::debug!(%error, "an answer broke off on its way through the relay");
                        return;
                    }
                };
                let is_end = matches!(piece, Piece::End);
                let sent = Deadline::after(pause).run(sender.send(piece)).await;
                if is_end || !matches!(sent, Ok(Ok(()))) {
                    return;
                }
            }
        };
        tokio::task::spawn_local(tracing::Instrument::in_current_span(pass));
        Self(receiver)
    }
}

impl Stream for Passing {
    type Item = Result<Bytes, BrokenOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(match ready!(self.0.poll_recv(context)) {
            Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => None,
            None => Some(Err(BrokenOff)),
        })
    }
}
