//! What every request passes, from the outside in, as one middleware: each one more costs an allocation and a poll.

use std::sync::Arc;

use actix_web::{Error, body::MessageBody, dev::ServiceRequest, middleware::Next};

use super::{
    connection_watch,
    error_pages::{MaybePage, put_page},
    request_limits::within_limits,
    request_log::Logged,
    security_headers::SecurityHeaders,
};
use crate::{http::cookies::own::OwnCookies, views::Views};

/// What is done with every request. Clones share what it needs.
#[derive(Clone)]
pub struct EveryRequest(Arc<Parts>);

struct Parts {
    headers: SecurityHeaders,
    own: OwnCookies,
    views: Arc<Views>,
}

impl EveryRequest {
    /// Puts `headers` on every response, leaves of a request's cookies our `own`, and makes pages of failures from `views`.
    pub fn new(headers: SecurityHeaders, own: OwnCookies, views: Arc<Views>) -> Self {
        Self(Arc::new(Parts { headers, own, views }))
    }

    /// Notifies the connection's watch, logs and counts, whatever becomes of the request further in.
    ///
    /// # Errors
    /// What the services behind it fail with.
    pub async fn pass<B: MessageBody + 'static>(
        self,
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<MaybePage<B>, Error> {
        let in_hand = connection_watch::begin_request(&request);
        let logged = Logged::begin(&request);
        let outcome = logged.end(self.guard(request, next).await);
        drop(in_hand);
        outcome
    }

    /// Refuses what is too long before anything is done with it, and makes pages of failures.
    async fn guard<B: MessageBody + 'static>(
        self,
        mut request: ServiceRequest,
        next: Next<B>,
    ) -> Result<MaybePage<B>, Error> {
        let Parts { headers, own, views } = &*self.0;
        let response = match within_limits(&request) {
            Ok(()) => {
                own.keep_only(request.headers_mut());
                next.call(request).await?.map_into_left_body()
            }
            Err(refused) => request.error_response(refused).map_into_right_body(),
        };
        let mut response = put_page(views, response)?;
        headers.apply(response.headers_mut());
        Ok(response)
    }
}
