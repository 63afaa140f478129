use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};

use crate::{
    clients::wechat::{ByteStream, RelayBody, RelayError, STALLS},
    domain::Deadline,
};

/// The longest body that is held until the answer is there, in case that it must be sent again, in bytes.
const SENT_AGAIN: u64 = 1 << 20;

/// The body of a caller's request.
pub struct CallerBody {
    /// Its length in bytes, if the caller said so.
    pub length: Option<u64>,
    /// Its bytes.
    pub bytes: ByteStream,
}

impl CallerBody {
    /// Reads a body of up to 1 MiB, and leaves a longer one on its way.
    ///
    /// # Errors
    /// [`RelayError`] if the body breaks off, or pauses for [`STALLS`] times `timeout`.
    pub(super) async fn gather(mut self, timeout: Duration) -> Result<RelayBody, RelayError> {
        if self.length.is_some_and(|length| length > SENT_AGAIN) {
            return Ok(RelayBody::Stream {
                length: self.length,
                bytes: self.bytes,
            });
        }
        let pause = timeout.saturating_mul(STALLS);
        let known = self.length.and_then(|length| usize::try_from(length).ok());
        let mut read = BytesMut::with_capacity(known.unwrap_or_default());
        while let Some(chunk) = next(&mut self.bytes, pause).await? {
            read.extend_from_slice(&chunk);
            if u64::try_from(read.len()).map_or(true, |read| read > SENT_AGAIN) {
                let first = stream::iter([Ok(read.freeze())]);
                return Ok(RelayBody::Stream {
                    length: self.length,
                    bytes: Box::pin(first.chain(self.bytes)),
                });
            }
        }
        Ok(RelayBody::Whole(read.freeze()))
    }
}

async fn next(bytes: &mut ByteStream, pause: Duration) -> Result<Option<Bytes>, RelayError> {
    match Deadline::after(pause).run(bytes.next()).await {
        Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
        Ok(Some(Err(_))) => Err(RelayError::CallerCut),
        Ok(None) => Ok(None),
        Err(_) => Err(RelayError::CallerStalled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::wechat::CallerBodyCut;

    const TIMEOUT: Duration = Duration::from_secs(5);
    const MIB: usize = 1 << 20;

    fn body(length: Option<u64>, chunks: &[usize]) -> CallerBody {
        let chunks: Vec<_> = chunks.iter().map(|length| Ok(Bytes::from(vec![7; *length]))).collect();
        let bytes = Box::pin(stream::iter(chunks));
        CallerBody { length, bytes }
    }

    #[tokio::test]
    async fn a_body_of_one_mib_is_held_and_a_longer_one_passes_through() {
        for (length, chunks, whole) in [
            (Some(0), vec![], Some(0)),
            (None, vec![], Some(0)),
            (Some(3), vec![1, 2], Some(3)),
            (None, vec![MIB / 2, MIB / 2], Some(MIB)),
            (None, vec![MIB / 2, MIB / 2, 1], None),
            (Some(1 + (1 << 20)), vec![MIB, 1], None),
        ] {
            let sum: usize = chunks.iter().sum();
            match body(length, &chunks).gather(TIMEOUT).await.unwrap() {
                RelayBody::Whole(bytes) => assert_eq!(Some(bytes.len()), whole, "{length:?} {chunks:?}"),
                RelayBody::Stream { length: passed, bytes } => {
                    assert_eq!((passed, whole), (length, None), "{chunks:?}");
                    let read: usize = bytes
                        .map(|chunk| chunk.unwrap().len())
                        .collect::<Vec<_>>()
                        .await
                        .iter()
                        .sum();
                    assert_eq!(read, sum);
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_breaks_off_or_stands_still_is_never_taken_for_whole() {
        let cut = stream::iter([Ok(Bytes::from_static(b"part")), Err(CallerBodyCut)]);
        let stalled = stream::iter([Ok(Bytes::from_static(b"part"))]).chain(stream::pending());
        let gathered = async |bytes: ByteStream| CallerBody { length: None, bytes }.gather(TIMEOUT).await;
        assert!(matches!(gathered(Box::pin(cut)).await, Err(RelayError::CallerCut)));
        assert!(matches!(
            gathered(Box::pin(stalled)).await,
            Err(RelayError::CallerStalled)
        ));
    }
}
