//! Limits how often one IP may request the routes of a group.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::HttpRequest;

use crate::{
    audit::{Refusal, RefusalTrail},
    http::{
        client_ip::{client_ip, is_private},
        error::AppError,
    },
    resilience::IpRateLimit,
    settings::UnnamedProxy,
};

/// The limit per IP.
#[derive(Clone)]
pub struct RateLimit {
    limit: IpRateLimit,
    trail: RefusalTrail,
    has_warned: Arc<AtomicBool>,
}

impl RateLimit {
    /// Allows `per_minute` requests per IP and minute, in a burst or evenly. 0 means no limit. Refusals go to the `trail`.
    pub fn new(per_minute: u32, trail: RefusalTrail) -> Self {
        Self {
            limit: IpRateLimit::per_minute(per_minute),
            trail,
            has_warned: Arc::default(),
        }
    }

    /// Counts a request, or refuses it and records that.
    ///
    /// # Errors
    /// [`AppError::TooManyRequests`].
    pub(super) fn admit(&self, request: &HttpRequest) -> Result<(), AppError> {
        let Some(ip) = client_ip(request) else { return Ok(()) };
        self.limit.admit(ip).map_err(|wait| {
            let peer = request.peer_addr().map(|peer| peer.ip());
            self.note_refusal(ip, peer);
            AppError::TooManyRequests {
                retry_after: wait.seconds,
            }
        })
    }

    /// `peer` is the other end of the connection, and `ip` the visitor whose requests are counted.
    fn note_refusal(&self, ip: IpAddr, peer: Option<IpAddr>) {
        self.trail.record(Refusal::RateLimit, None, Some(ip));
        // Behind a trusted proxy the two differ.
        let may_be_proxy = peer.is_some_and(|peer| peer.to_canonical() == ip);
        if may_be_proxy && !self.has_warned.swap(true, Ordering::Relaxed) {
            let private_ip = Some(ip).filter(|ip| is_private(*ip));
            tracing::warn!(message = %UnnamedProxy::OverLimit { private_ip });
        }
    }
}
