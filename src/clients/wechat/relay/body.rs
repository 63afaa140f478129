use std::{fmt, pin::Pin};

use bytes::Bytes;
use futures_util::{Stream, stream};

/// What a whole body is sent in: small enough to see that it moves.
const PIECE: usize = 64 * 1024;

/// Bytes on their way. They are whole once the stream ends without an error.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, CallerBodyCut>>>>;

/// The caller's body broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the caller's body broke off")]
pub struct CallerBodyCut;

/// The body of a call.
pub enum RelayBody {
    /// All of it. It can be sent again.
    Whole(Bytes),
    /// It passes through, once.
    Stream {
        /// Its length in bytes, if the caller said so.
        length: Option<u64>,
        /// Its bytes.
        bytes: ByteStream,
    },
}

/// A whole body as a stream.
pub(super) fn pieces(whole: Bytes) -> ByteStream {
    Box::pin(stream::iter(Pieces(whole)))
}

struct Pieces(Bytes);

impl Iterator for Pieces {
    type Item = Result<Bytes, CallerBodyCut>;

    fn next(&mut self) -> Option<Self::Item> {
        let length = self.0.len().min(PIECE);
        (length > 0).then(|| Ok(self.0.split_to(length)))
    }
}

/// Shows nothing of what is sent.
impl fmt::Debug for RelayBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(bytes) => write!(formatter, "Whole({} bytes)", bytes.len()),
            Self::Stream { length, .. } => write!(formatter, "Stream({length:?})"),
        }
    }
}
