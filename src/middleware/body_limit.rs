//! Cuts a body that has no length, while it is read.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage,
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::{Method, header},
    web::Bytes,
};
use futures_util::Stream;

use crate::http::policy::BodyLimit;

/// A body that fails with [`PayloadError::Overflow`] once it is longer than allowed.
struct LimitedBody {
    inner: Payload,
    left: u64,
    overflow: BodyOverflow,
}

/// Whether a body turned out to be longer than allowed.
#[derive(Clone, Default)]
pub(super) struct BodyOverflow(Rc<Cell<bool>>);

impl BodyOverflow {
    pub(super) fn has_happened(&self) -> bool {
        self.0.get()
    }
}

/// Limits the body that a handler reads, if it has no length: in chunks, or to the end of the connection, as the server
/// reads it for `Upgrade` and CONNECT. One with a length has been checked by that, and the server reads no more.
pub(super) fn limit_body(request: &mut ServiceRequest, limit: BodyLimit) -> Option<BodyOverflow> {
    let headers = [header::TRANSFER_ENCODING, header::UPGRADE];
    let is_endless = headers.iter().any(|name| request.headers().contains_key(name));
    if !is_endless && request.method() != Method::CONNECT {
        return None;
    }
    let overflow = BodyOverflow::default();
    let body = LimitedBody {
        inner: request.take_payload(),
        left: limit.max_bytes,
        overflow: overflow.clone(),
    };
    request.set_payload(Payload::Stream {
        payload: Box::pin(body),
    });
    Some(overflow)
}

impl Stream for LimitedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.inner).poll_next(context);
        let Poll::Ready(Some(Ok(bytes))) = &next else {
            return next;
        };
        let left = u64::try_from(bytes.len())
            .ok()
            .and_then(|read| self.left.checked_sub(read));
        match left {
            Some(left) => {
                self.left = left;
                next
            }
            None => {
                // Whatever follows is dropped unread.
                self.inner = Payload::None;
                self.left = 0;
                self.overflow.0.set(true);
                Poll::Ready(Some(Err(PayloadError::Overflow)))
            }
        }
    }
}
