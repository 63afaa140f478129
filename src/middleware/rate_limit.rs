//! How often one address may knock at the login routes.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use actix_web::{
    Error,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock as _};

use super::{app_error::AppError, client_address::TrustedProxies};

/// The routes that begin or complete a login, each of which may cost a call to the platform.
const LIMITED: [&str; 3] = ["/login", "/register", "/wechat/callback"];

/// Addresses that are remembered before those that are at rest are forgotten.
const REMEMBERED: usize = 100_000;

/// The limit per address. IPv6 addresses count by their /64, which is one subscriber.
#[derive(Clone)]
pub struct RateLimit {
    limiter: Option<Arc<DefaultKeyedRateLimiter<IpAddr>>>,
    proxies: TrustedProxies,
}

impl RateLimit {
    /// `per_minute` requests of one address in a minute, at once or spread; 0 is no limit.
    pub fn new(per_minute: u32, proxies: TrustedProxies) -> Self {
        let quota = NonZeroU32::new(per_minute).map(Quota::per_minute);
        Self {
            limiter: quota.map(|quota| Arc::new(DefaultKeyedRateLimiter::keyed(quota))),
            proxies,
        }
    }

    fn check(&self, request: &ServiceRequest) -> Result<(), AppError> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let Some(peer) = request.peer_addr() else { return Ok(()) };
        let address = subscriber(self.proxies.client_address(peer.ip(), request.headers()));
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        limiter.check_key(&address).map_err(|refused| {
            let wait: Duration = refused.wait_time_from(limiter.clock().now());
            AppError::TooManyRequests {
                retry_after: u32::try_from(wait.as_secs()).unwrap_or(60).saturating_add(1),
            }
        })
    }
}

fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

/// Refuses what goes over the limit, before anything else is done for it, with [`AppError::TooManyRequests`].
///
/// # Errors
/// What the service behind it fails with.
pub async fn rate_limit<B: MessageBody + 'static>(
    limit: web::Data<RateLimit>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    if LIMITED.contains(&request.path())
        && let Err(refused) = limit.check(&request)
    {
        return Ok(request.error_response(refused).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
