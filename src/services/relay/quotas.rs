//! The platform's daily quotas of what passes through the relay.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use secrecy::SecretString;

use super::RelayParts;
use crate::{
    clients::wechat::DailyQuota,
    domain::{Deadline, PlatformPath},
};

/// How often the quota of one endpoint is asked for at most, in one process.
const EVERY: Duration = Duration::from_hours(1);

/// Endpoints whose quota is asked for, after a call passed. The list is ours, so that metrics hold no path that a caller sent.
const WATCHED: [&str; 13] = [
    "/cgi-bin/user/info",
    "/cgi-bin/user/info/batchget",
    "/cgi-bin/user/get",
    "/cgi-bin/user/info/updateremark",
    "/cgi-bin/tags/members/batchtagging",
    "/cgi-bin/menu/get",
    "/cgi-bin/menu/create",
    "/cgi-bin/qrcode/create",
    "/cgi-bin/media/upload",
    "/cgi-bin/media/get",
    "/cgi-bin/material/get_material",
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/template/send",
];

/// Which quotas of one account were asked for lately. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct QuotaWatch(Arc<Mutex<BTreeMap<&'static str, Duration>>>);

impl QuotaWatch {
    /// The endpoint of this path, if its quota is to be asked for. `now` is a time of the monotonic clock.
    fn due(&self, path: &PlatformPath, now: Duration) -> Option<&'static str> {
        let endpoint = WATCHED.into_iter().find(|watched| *watched == path.as_str())?;
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = asked.get(endpoint).is_some_and(|last| now < last.saturating_add(EVERY));
        if is_known {
            return None;
        }
        asked.insert(endpoint, now);
        drop(asked);
        Some(endpoint)
    }
}

impl RelayParts {
    /// Asks for the quota of a path that was called, if it is due. Nobody waits for it.
    pub(super) fn watch_quota(&self, path: &PlatformPath) {
        let Some(endpoint) = self.quotas.due(path, self.clock.monotonic()) else {
            return;
        };
        let parts = self.clone();
        let ask = async move { parts.ask_quota(endpoint).await };
        tokio::task::spawn_local(tracing::Instrument::in_current_span(ask));
    }

    async fn ask_quota(&self, endpoint: &'static str) {
        let deadline = Deadline::after(self.timeout);
        let ask = async |token: SecretString| self.platform.daily_quota(&token, endpoint, deadline).await;
        let DailyQuota { limit, used } = match self.tokens.call(deadline, ask).await {
            Ok(quota) => quota,
            Err(error) => {
                tracing::debug!(%error, "the platform does not say the quota of an endpoint");
                return;
            }
        };
        self.metrics.set_quota(endpoint.trim_start_matches('/'), limit, used);
        if is_nearly_spent(limit, used) {
            tracing::warn!(
                wechat.endpoint = endpoint,
                wechat.quota = limit,
                wechat.used = used,
                "the platform's daily quota of an endpoint is nearly used up"
            );
        }
    }
}

/// Nine tenths.
const fn is_nearly_spent(limit: i64, used: i64) -> bool {
    limit > 0 && used.saturating_mul(10) >= limit.saturating_mul(9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quota_of_a_known_endpoint_is_asked_for_once_an_hour() {
        let watch = QuotaWatch::default();
        let path = |text| PlatformPath::parse(text).unwrap();
        let (info, now) = (path("/cgi-bin/user/info"), Duration::from_secs(5));
        assert_eq!(watch.due(&info, now), Some("/cgi-bin/user/info"));
        assert_eq!(watch.clone().due(&info, now + EVERY - Duration::from_secs(1)), None);
        assert_eq!(watch.due(&path("/cgi-bin/media/get"), now), Some("/cgi-bin/media/get"));
        assert_eq!(watch.due(&path("/cgi-bin/made/up"), now), None);
        assert_eq!(watch.due(&info, now + EVERY), Some("/cgi-bin/user/info"));
    }

    #[test]
    fn nine_tenths_are_nearly_all() {
        for (limit, used, nearly) in [(100, 89, false), (100, 90, true), (100, 130, true), (0, 0, false)] {
            assert_eq!(is_nearly_spent(limit, used), nearly, "{used} of {limit}");
        }
    }
}
