use std::time::Duration;

use super::Relayed;
use crate::services::StreamedBody;

/// Passes the body of an answer on as fast as it is read. The connection to the platform is given up when nobody has read for
/// `pause`.
pub(super) fn pass(relayed: Relayed, pause: Duration, guard: impl Sized + 'static) -> StreamedBody {
    let (writer, body) = StreamedBody::new(pause);
    let pass = async move {
        let Relayed { mut answer, permit } = relayed;
        let _held = (permit, guard);
        loop {
            let sent = match answer.chunk().await {
                Ok(Some(bytes)) => writer.send(bytes).await,
                Ok(None) => {
                    // If nobody reads any more, nobody misses the end.
                    let _ = writer.end().await;
                    return;
                }
                // Without an end the body breaks off for its reader, too.
                Err(error) => {
                    tracing::debug!(%error, "an answer broke off on its way through the relay");
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    };
    tokio::task::spawn_local(tracing::Instrument::in_current_span(pass));
    body
}
