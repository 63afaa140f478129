//! All steps that every request passes, in one middleware, because each further one costs an allocation and a poll. What
//! they do is up to the policy of the route's group.

use std::{net::IpAddr, sync::Arc};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType,
        header::{self, HeaderMap},
    },
    middleware::Next,
};
use url::Origin;

use super::{
    body_limit::{BodyCut, limit_body},
    connection_watch,
    error_responses::{MaybeError, log_failure, put_error},
    rate_limit::RateLimit,
    request_limits::within_limits,
    request_log::Logged,
    security_headers::{SecurityHeaders, SiteHeaders},
};
use crate::{
    audit::{Refusal, RefusalTrail},
    domain::FanId,
    http::{
        client_ip::client_ip,
        cookies::own::OwnCookies,
        error::AppError,
        language::choice_to_keep,
        origin::comes_from,
        policy::{CookiePolicy, OriginCheck, PolicyTable, RateLimitKind, RoutePolicy, RoutePolicyMatch},
    },
    views::Views,
};

/// The middleware of one listener. Clones share its parts.
#[derive(Clone)]
pub struct EveryRequest(Arc<Parts>);

struct Parts {
    policies: PolicyTable<Applied>,
    visitors: Option<Visitors>,
}

/// A policy with its headers, which are made once.
struct Applied {
    policy: RoutePolicy,
    headers: SecurityHeaders,
}

/// What a listener for visitors has, and one for the operator's programs has not.
pub struct Visitors {
    /// The listener's own origin, that of `server.public_url`.
    pub origin: Origin,
    /// Distinguishes our cookies from others.
    pub cookies: OwnCookies,
    /// Renders error pages.
    pub views: Arc<Views>,
    /// The limit of requests that begin or complete a login.
    pub login_limit: RateLimit,
    /// The audit trail of refused visitors.
    pub refusals: RefusalTrail,
}

impl EveryRequest {
    /// Applies `policies`. Without `visitors` there are no cookies, no pages, no limits per IP, and no request with effects
    /// passes a check of its origin.
    ///
    /// # Errors
    /// If a value is not valid in a header.
    pub fn new(
        policies: PolicyTable,
        site: SiteHeaders,
        visitors: Option<Visitors>,
    ) -> Result<Self, header::InvalidHeaderValue> {
        let apply = |policy| {
            let headers = SecurityHeaders::new(&policy, site)?;
            Ok(Applied { policy, headers })
        };
        let policies = policies.try_map(apply)?;
        Ok(Self(Arc::new(Parts { policies, visitors })))
    }

    /// The outer steps: notifies the connection watch, logs and counts every request.
    ///
    /// # Errors
    /// The error of the inner service.
    pub async fn pass<B: MessageBody + 'static>(
        self,
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<MaybeError<B>, Error> {
        let in_flight = connection_watch::begin_request(&request);
        // The path as the router sees it, so that no other spelling of a route has another policy.
        let path = request.match_info().unprocessed();
        let pattern = request.resource_map().match_pattern(path);
        let route = self.0.policies.of(pattern.as_deref());
        let logged = Logged::begin(pattern.as_deref(), route.policy.policy.access_log);
        let outcome = logged.end(self.0.guard(route, request, next).await);
        drop(in_flight);
        outcome
    }
}

impl Parts {
    /// The inner steps: refuses what the policy does not take, and gives errors the policy's format.
    async fn guard<B: MessageBody + 'static>(
        &self,
        route: RoutePolicyMatch<'_, Applied>,
        mut request: ServiceRequest,
        next: Next<B>,
    ) -> Result<MaybeError<B>, Error> {
        let Applied { policy, headers } = route.policy;
        let mut is_cut = false;
        let response = match self.admit(policy, route, &mut request) {
            Ok(body) => {
                let response = next.call(request).await.inspect_err(log_failure)?;
                let failure = body.as_ref().and_then(BodyCut::failure);
                is_cut = failure.is_some();
                match failure.filter(|_| !response.status().is_success()) {
                    Some(failure) => response.error_response(failure).map_into_right_body(),
                    None => response.map_into_left_body(),
                }
            }
            Err(refused) => request.error_response(refused).map_into_right_body(),
        };
        let views = self.visitors.as_ref().map(|visitors| &*visitors.views);
        let mut response = put_error(policy.error_format, views, response);
        self.keep_language(policy.cookies, &mut response);
        headers.apply(&mut response);
        if is_cut {
            // The rest of the body may still come, and is no request.
            let head = response.response_mut().head_mut();
            head.set_connection_type(ConnectionType::Close);
        }
        Ok(response)
    }

    /// Refuses a request, or prepares it for its handler.
    fn admit(
        &self,
        policy: &RoutePolicy,
        route: RoutePolicyMatch<'_, Applied>,
        request: &mut ServiceRequest,
    ) -> Result<Option<BodyCut>, AppError> {
        within_limits(request, policy.body)?;
        self.keep_cookies(policy.cookies, request.headers_mut());
        if let (Some(kind), Some(visitors)) = (policy.rate_limit, &self.visitors) {
            visitors.limit(kind).admit(request.request())?;
        }
        let methods = route.methods.ok_or(AppError::NotFound)?;
        if !methods.contains(request.method()) {
            return Err(AppError::MethodNotAllowed { allow: methods.allow() });
        }
        if policy.origin_check == OriginCheck::Required && !request.method().is_safe() {
            self.check_origin(request)?;
        }
        Ok(limit_body(request, policy.body))
    }

    fn keep_cookies(&self, policy: CookiePolicy, headers: &mut HeaderMap) {
        match (policy, &self.visitors) {
            (CookiePolicy::Own, Some(visitors)) => visitors.cookies.keep_only(headers),
            (CookiePolicy::None, _) | (_, None) => {
                headers.remove(header::COOKIE);
            }
        }
    }

    /// Keeps the language that the request chose, where cookies are taken.
    fn keep_language<B>(&self, policy: CookiePolicy, response: &mut ServiceResponse<B>) {
        let (CookiePolicy::Own, Some(visitors)) = (policy, &self.visitors) else {
            return;
        };
        if let Some(cookie) = choice_to_keep(visitors.cookies.language(), response.request()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    fn check_origin(&self, request: &ServiceRequest) -> Result<(), AppError> {
        let visitors = self.visitors.as_ref().ok_or(AppError::ForbiddenOrigin)?;
        if comes_from(request.headers(), &visitors.origin) {
            return Ok(());
        }
        let ip = client_ip(request.request());
        visitors.note_foreign_origin(request.headers(), ip);
        Err(AppError::ForbiddenOrigin)
    }
}

impl Visitors {
    fn limit(&self, kind: RateLimitKind) -> &RateLimit {
        match kind {
            RateLimitKind::Login => &self.login_limit,
        }
    }

    fn note_foreign_origin(&self, headers: &HeaderMap, ip: Option<IpAddr>) {
        let fan: Option<FanId> = self.cookies.signed_in_fan(headers);
        if let Some(fan) = fan {
            tracing::Span::current().record("fan.id", tracing::field::display(fan));
        }
        self.refusals.record(Refusal::ForeignOrigin, fan, ip);
    }
}
