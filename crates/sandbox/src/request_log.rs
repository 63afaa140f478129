//! The requests that the sandbox received, so that a test can prove what a client did.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use serde::Serialize;
use url::form_urlencoded;

use crate::{bounded_map::BoundedMap, endpoint::Endpoint, lock::lock};

/// The most requests that are kept in full.
const RECENT: usize = 200;
/// The most codes whose exchanges are counted.
const CODES: usize = 100_000;

/// Counters and the last requests.
pub struct RequestLog(Mutex<Records>);

struct Records {
    requests: BTreeMap<Endpoint, u64>,
    responses: BTreeMap<Endpoint, BTreeMap<i64, u64>>,
    exchanges: BoundedMap<u64>,
    recent: VecDeque<Entry>,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Seconds since 1970 by the sandbox's clock.
    pub at: i64,
    pub endpoint: Endpoint,
    pub method: String,
    /// The log masks the secret and access tokens.
    pub query: String,
    /// The kind of fault that was injected.
    pub fault: Option<&'static str>,
}

/// The response of `GET /sandbox/requests`.
#[derive(Debug, Serialize)]
pub struct Report {
    requests: BTreeMap<Endpoint, u64>,
    /// By endpoint and errcode; 0 is success. Requests that a fault kept from being handled have none.
    #[serde(rename = "answers")]
    responses: BTreeMap<Endpoint, BTreeMap<i64, u64>>,
    /// Requests for an exchange, by code.
    exchanges: BTreeMap<String, u64>,
    recent: Vec<Entry>,
}

impl RequestLog {
    pub fn new() -> Self {
        Self(Mutex::new(Records {
            requests: BTreeMap::new(),
            responses: BTreeMap::new(),
            exchanges: BoundedMap::new(CODES),
            recent: VecDeque::with_capacity(RECENT),
        }))
    }

    pub fn record_request(&self, mut entry: Entry) {
        let code = (entry.endpoint == Endpoint::AccessToken)
            .then(|| parameter(&entry.query, "code"))
            .flatten();
        entry.query = mask_secrets(&entry.query);
        let mut records = lock(&self.0);
        *records.requests.entry(entry.endpoint).or_default() += 1;
        if let Some(code) = code {
            match records.exchanges.get_mut(&code) {
                Some(count) => *count += 1,
                None => records.exchanges.insert(&code, 1, |_| false),
            }
        }
        if records.recent.len() >= RECENT {
            records.recent.pop_front();
        }
        records.recent.push_back(entry);
    }

    pub fn record_response(&self, endpoint: Endpoint, errcode: i64) {
        *lock(&self.0)
            .responses
            .entry(endpoint)
            .or_default()
            .entry(errcode)
            .or_default() += 1;
    }

    /// The whole report. With a code, `exchanges` holds only this code.
    pub fn report(&self, code: Option<&str>) -> Report {
        let records = lock(&self.0);
        let exchanges = match code {
            Some(code) => [(code.to_owned(), records.exchanges.get(code).copied().unwrap_or(0))].into(),
            None => records
                .exchanges
                .iter()
                .map(|(code, count)| (code.to_owned(), *count))
                .collect(),
        };
        Report {
            requests: records.requests.clone(),
            responses: records.responses.clone(),
            exchanges,
            recent: records.recent.iter().cloned().collect(),
        }
    }

    pub fn clear(&self) {
        let mut records = lock(&self.0);
        records.requests.clear();
        records.responses.clear();
        records.exchanges.clear();
        records.recent.clear();
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Without the values of the AppSecret and of access tokens.
fn mask_secrets(query: &str) -> String {
    let mask = |pair: &str| match pair.split_once('=') {
        Some((name @ ("secret" | "access_token"), _)) => format!("{name}=***"),
        _ => pair.to_owned(),
    };
    query.split('&').map(mask).collect::<Vec<_>>().join("&")
}
