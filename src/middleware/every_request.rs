//! All steps that every request passes, in one middleware, because each further one costs an allocation and a poll.

use std::sync::Arc;

use actix_web::{Error, body::MessageBody, dev::ServiceRequest, http::header, middleware::Next};

use super::{
    connection_watch,
    error_pages::{MaybePage, put_page},
    request_limits::within_limits,
    request_log::Logged,
    security_headers::SecurityHeaders,
};
use crate::{
    http::{cookies::own::OwnCookies, language::choice_to_keep},
    views::Views,
};

/// The middleware for every request. Clones share its parts.
#[derive(Clone)]
pub struct EveryRequest(Arc<Parts>);

struct Parts {
    headers: SecurityHeaders,
    own: OwnCookies,
    views: Arc<Views>,
}

impl EveryRequest {
    /// Puts `headers` on every response, keeps only our `own` cookies of a request, and makes pages of failures with
    /// `views`.
    pub fn new(headers: SecurityHeaders, own: OwnCookies, views: Arc<Views>) -> Self {
        Self(Arc::new(Parts { headers, own, views }))
    }

    /// The outer steps: notifies the connection watch, logs and counts every request.
    ///
    /// # Errors
    /// The error of the inner service.
    pub async fn pass<B: MessageBody + 'static>(
        self,
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<MaybePage<B>, Error> {
        let in_flight = connection_watch::begin_request(&request);
        let logged = Logged::begin(&request);
        let outcome = logged.end(self.guard(request, next).await);
        drop(in_flight);
        outcome
    }

    /// The inner steps: refuses requests that are too long, and makes pages of failures.
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
        if let Some(cookie) = choice_to_keep(own.language(), response.request()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        headers.apply(response.headers_mut());
        Ok(response)
    }
}
