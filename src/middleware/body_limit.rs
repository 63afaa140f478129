//! Ends a body that is too long or takes too long, while it is read.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage,
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::{Method, header},
    rt::time::{Sleep, sleep},
    web::Bytes,
};
use futures_util::Stream;

use crate::http::{error::AppError, policy::BodyLimit};

/// A body that fails once it is longer than allowed, or takes longer.
struct LimitedBody {
    inner: Payload,
    left: u64,
    deadline: Pin<Box<Sleep>>,
    cut: BodyCut,
}

/// Why a body was cut, if it was. Readers of bodies name that in different ways, or not at all.
#[derive(Clone, Default)]
pub(super) struct BodyCut(Rc<Cell<Option<Cut>>>);

#[derive(Clone, Copy)]
enum Cut {
    TooLong,
    TooSlow,
}

impl BodyCut {
    /// The failure of a request whose body was cut.
    pub(super) fn failure(&self) -> Option<AppError> {
        Some(match self.0.get()? {
            Cut::TooLong => AppError::BodyTooLarge,
            Cut::TooSlow => AppError::BodyTooSlow,
        })
    }
}

/// Limits the body that a handler reads, if there may be one. One with a length has been checked by that, and the server
/// reads no more, unless `Upgrade` or CONNECT makes it read to the end of the connection.
pub(super) fn limit_body(request: &mut ServiceRequest, limit: BodyLimit) -> Option<BodyCut> {
    let headers = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::UPGRADE];
    let may_have_body = headers.iter().any(|name| request.headers().contains_key(name));
    if !may_have_body && request.method() != Method::CONNECT {
        return None;
    }
    let cut = BodyCut::default();
    let body = LimitedBody {
        inner: request.take_payload(),
        left: limit.max_bytes,
        deadline: Box::pin(sleep(limit.within)),
        cut: cut.clone(),
    };
    request.set_payload(Payload::Stream {
        payload: Box::pin(body),
    });
    Some(cut)
}

impl LimitedBody {
    /// Ends the body. The server reads and drops the rest of one in chunks, for as long as the connection watch lets it.
    fn cut(&mut self, why: Cut, error: PayloadError) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.inner = Payload::None;
        self.left = 0;
        self.cut.0.set(Some(why));
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for LimitedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.inner).poll_next(context);
        match &next {
            Poll::Ready(Some(Ok(bytes))) => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                match self.left.checked_sub(length) {
                    Some(left) => self.left = left,
                    None => return self.cut(Cut::TooLong, PayloadError::Overflow),
                }
            }
            Poll::Pending if self.deadline.as_mut().poll(context).is_ready() => {
                return self.cut(Cut::TooSlow, PayloadError::Incomplete(None));
            }
            Poll::Pending | Poll::Ready(_) => {}
        }
        next
    }
}
