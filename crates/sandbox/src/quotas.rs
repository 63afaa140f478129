//! How often each endpoint may be called, and was called.

use std::{collections::BTreeMap, sync::Mutex};

use serde::{Deserialize, Serialize};

use crate::{
    beijing::{day_of, month_of},
    endpoint::Endpoint,
    lock::lock,
};

/// `clear_quota` with its second version, and `openapi/quota/clear`, a month.
const CLEARS_A_MONTH: u32 = 10;
const PATH_CLEARS_A_MONTH: u32 = 50;

/// The quota of one endpoint.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Quota {
    pub daily_limit: Option<u64>,
    pub minute_limit: Option<u64>,
    pub used: u64,
}

/// New values of a quota; a figure that is absent stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaChange {
    daily_limit: Option<u64>,
    minute_limit: Option<u64>,
    used: Option<u64>,
}

#[derive(Default)]
struct State {
    day: i64,
    minute: i64,
    month: i64,
    used: BTreeMap<Endpoint, u64>,
    used_this_minute: BTreeMap<Endpoint, u64>,
    daily_limits: BTreeMap<Endpoint, u64>,
    minute_limits: BTreeMap<Endpoint, u64>,
    clears: u32,
    path_clears: u32,
}

impl State {
    fn at(&mut self, now: i64) -> &mut Self {
        if self.day != day_of(now) {
            self.day = day_of(now);
            self.used.clear();
        }
        if self.minute != now / 60 {
            self.minute = now / 60;
            self.used_this_minute.clear();
        }
        if self.month != month_of(now) {
            self.month = month_of(now);
            (self.clears, self.path_clears) = (0, 0);
        }
        self
    }

    fn quota(&self, endpoint: Endpoint) -> Quota {
        Quota {
            daily_limit: self.daily_limits.get(&endpoint).copied().or(endpoint.daily_limit()),
            minute_limit: self.minute_limits.get(&endpoint).copied().or(endpoint.minute_limit()),
            used: self.used.get(&endpoint).copied().unwrap_or(0),
        }
    }
}

/// The quotas of the account. Days and months are Beijing's.
#[derive(Default)]
pub struct Quotas(Mutex<State>);

impl Quotas {
    /// Counts a call.
    ///
    /// # Errors
    ///
    /// 45009 where the day's calls are used up, 45011 where the minute's are.
    pub fn count(&self, endpoint: Endpoint, now: i64) -> Result<(), i64> {
        let mut state = lock(&self.0);
        let quota = state.at(now).quota(endpoint);
        if quota.daily_limit.is_some_and(|limit| quota.used >= limit) {
            return Err(45009);
        }
        let minute = state.used_this_minute.entry(endpoint).or_default();
        if quota.minute_limit.is_some_and(|limit| *minute >= limit) {
            return Err(45011);
        }
        *minute += 1;
        *state.used.entry(endpoint).or_default() += 1;
        Ok(())
    }

    pub fn get(&self, endpoint: Endpoint, now: i64) -> Quota {
        lock(&self.0).at(now).quota(endpoint)
    }

    pub fn change(&self, endpoint: Endpoint, change: &QuotaChange, now: i64) -> Quota {
        let mut state = lock(&self.0);
        let state = state.at(now);
        for (map, value) in [
            (&mut state.daily_limits, change.daily_limit),
            (&mut state.minute_limits, change.minute_limit),
            (&mut state.used, change.used),
        ] {
            if let Some(value) = value {
                map.insert(endpoint, value);
            }
        }
        state.quota(endpoint)
    }

    /// All limits as at the start, and nothing used.
    pub fn reset(&self) {
        *lock(&self.0) = State::default();
    }

    /// `clear_quota`: nothing is used of any endpoint.
    ///
    /// # Errors
    ///
    /// 48006 for the eleventh time in a month.
    pub fn clear(&self, now: i64) -> Result<(), i64> {
        let mut state = lock(&self.0);
        let state = state.at(now);
        if state.clears >= CLEARS_A_MONTH {
            return Err(48006);
        }
        state.clears += 1;
        state.used.clear();
        state.used_this_minute.clear();
        Ok(())
    }

    /// `openapi/quota/clear`: nothing is used of one endpoint.
    ///
    /// # Errors
    ///
    /// 48006 for the fifty-first time in a month.
    pub fn clear_path(&self, endpoint: Endpoint, now: i64) -> Result<(), i64> {
        let mut state = lock(&self.0);
        let state = state.at(now);
        if state.path_clears >= PATH_CLEARS_A_MONTH {
            return Err(48006);
        }
        state.path_clears += 1;
        state.used.remove(&endpoint);
        state.used_this_minute.remove(&endpoint);
        Ok(())
    }
}
