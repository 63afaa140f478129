use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;

use crate::domain::Deadline;

/// How many pieces lie between a maker and a reader that reads more slowly.
const PIECES: usize = 2;

/// The body breaks off: whoever reads it must not take the part for the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body broke off, or nobody read it")]
pub struct BrokenOff;

/// A body that a task makes while it is read.
///
/// A reader that stalls is not asked by the server whether it wants more. So the task gives up when nobody has read for a
/// while, and frees what it holds.
pub struct StreamedBody(mpsc::Receiver<Piece>);

/// Where the task puts its pieces. Dropped without [`Self::end`], the body breaks off for its reader.
pub(super) struct BodyWriter {
    pieces: mpsc::Sender<Piece>,
    pause: Duration,
}

enum Piece {
    Bytes(Bytes),
    End,
}

impl StreamedBody {
    /// A body, and where it is written. `pause`: how long a reader may take for a piece.
    pub(super) fn new(pause: Duration) -> (BodyWriter, Self) {
        let (pieces, body) = mpsc::channel(PIECES);
        (BodyWriter { pieces, pause }, Self(body))
    }
}

impl BodyWriter {
    /// Adds a piece, as soon as there is room for it.
    ///
    /// # Errors
    /// [`BrokenOff`]: the reader is gone, or has read nothing for too long.
    pub(super) async fn send(&self, bytes: Bytes) -> Result<(), BrokenOff> {
        self.put(Piece::Bytes(bytes)).await
    }

    /// The body is whole.
    ///
    /// # Errors
    /// As for [`Self::send`].
    pub(super) async fn end(self) -> Result<(), BrokenOff> {
        self.put(Piece::End).await
    }

    async fn put(&self, piece: Piece) -> Result<(), BrokenOff> {
        match Deadline::after(self.pause).run(self.pieces.send(piece)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(BrokenOff),
        }
    }
}

impl Stream for StreamedBody {
    type Item = Result<Bytes, BrokenOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(match ready!(self.0.poll_recv(context)) {
            Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => None,
            None => Some(Err(BrokenOff)),
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    const PAUSE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_body_without_its_end_breaks_off_and_one_with_it_ends() {
        for is_whole in [true, false] {
            let (writer, mut body) = StreamedBody::new(PAUSE);
            writer.send(Bytes::from_static(b"piece")).await.unwrap();
            if is_whole {
                writer.end().await.unwrap();
            } else {
                drop(writer);
            }
            assert_eq!(body.next().await, Some(Ok(Bytes::from_static(b"piece"))));
            assert_eq!(body.next().await, (!is_whole).then_some(Err(BrokenOff)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stalls_or_is_gone_is_not_waited_for() {
        let (writer, body) = StreamedBody::new(PAUSE);
        let far = Deadline::after(PAUSE * 2);
        let mut sent = 0;
        while writer.send(Bytes::from_static(b"piece")).await.is_ok() {
            sent += 1;
        }
        assert_eq!((sent, far.remaining()), (PIECES, PAUSE));
        drop(body);
        assert_eq!(writer.end().await, Err(BrokenOff));
        assert_eq!(far.remaining(), PAUSE, "at once");
    }
}
