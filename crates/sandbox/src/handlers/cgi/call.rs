//! One call of the server API, and whether it is let in.

use std::net::IpAddr;

use actix_web::HttpRequest;
use serde::de::DeserializeOwned;

use crate::{endpoint::Endpoint, handlers::parameters::Parameters, platform::Platform, refusal::Refusal};

/// A call of an endpoint.
pub struct Call<'a> {
    pub(in crate::handlers) parameters: Parameters<'a>,
    pub platform: &'a Platform,
    endpoint: Endpoint,
    ip: Option<IpAddr>,
}

impl<'a> Call<'a> {
    pub fn new(request: &'a HttpRequest, endpoint: Endpoint, platform: &'a Platform) -> Self {
        Self {
            parameters: Parameters::of(request),
            platform,
            endpoint,
            ip: request.peer_addr().map(|peer| peer.ip().to_canonical()),
        }
    }

    /// By the sandbox's clock, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.platform.clock.now()
    }

    /// A token that is good, from where it may be used, of an account with the right, within the quota.
    ///
    /// # Errors
    ///
    /// 41001, 40014, 40001, 42001; 40164; 48001; 45009 and 45011.
    pub fn admit(&self) -> Result<(), Refusal> {
        let token = self.parameters.require("access_token", 41001)?;
        self.platform.account_tokens.check(token, self.now())?;
        self.check_ip()?;
        if !self.has_right(self.endpoint) {
            return Err(48001.into());
        }
        self.count()
    }

    /// The account's AppID and AppSecret, from where they may be used.
    ///
    /// # Errors
    ///
    /// 41002, 40013, 41004, 40125; 40164.
    pub fn authenticate(&self, app_id: &str, secret: &str) -> Result<(), Refusal> {
        self.check_app_id(app_id)?;
        if secret.is_empty() {
            return Err(41004.into());
        }
        if !self.platform.is_secret(secret) {
            return Err(40125.into());
        }
        self.check_ip()
    }

    /// # Errors
    ///
    /// 41002 for none, 40013 for another account's.
    pub fn check_app_id(&self, app_id: &str) -> Result<(), i64> {
        match app_id {
            "" => Err(41002),
            app_id if app_id != self.platform.app_id => Err(40013),
            _ => Ok(()),
        }
    }

    /// Counts the call.
    ///
    /// # Errors
    ///
    /// 45009 and 45011 beyond the quota.
    pub fn count(&self) -> Result<(), Refusal> {
        Ok(self.platform.quotas.count(self.endpoint, self.now())?)
    }

    pub fn has_right(&self, endpoint: Endpoint) -> bool {
        let settings = self.platform.settings.current();
        endpoint
            .right()
            .is_none_or(|right| !settings.missing_rights.contains(&right))
    }

    fn check_ip(&self) -> Result<(), Refusal> {
        let settings = self.platform.settings.current();
        match (&settings.ip_whitelist, self.ip) {
            (Some(ranges), Some(ip)) if !ranges.iter().any(|range| range.contains(ip)) => Err(Refusal::of_ip(ip)),
            _ => Ok(()),
        }
    }
}

/// The body as JSON.
///
/// # Errors
///
/// 44002 for an empty body, 47001 for one that is no such JSON.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, i64> {
    if body.is_empty() {
        return Err(44002);
    }
    serde_json::from_slice(body).map_err(|_| 47001)
}
