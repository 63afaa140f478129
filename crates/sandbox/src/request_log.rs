//! The requests that the sandbox received, so that a test can prove what a client did.

mod calls;
mod mask;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use serde::Serialize;
use url::form_urlencoded;

use crate::{bounded_map::BoundedMap, endpoint::Endpoint, lock::lock, push::PushRecord};
use calls::Calls;
pub use calls::PathCalls;
use mask::{mask_body, mask_query};

/// The most requests that are kept in full.
const RECENT: usize = 200;
/// The most codes whose exchanges are counted.
const CODES: usize = 100_000;

/// Counters and the last requests.
pub struct RequestLog(Mutex<Records>);

struct Records {
    requests: BTreeMap<Endpoint, u64>,
    responses: BTreeMap<Endpoint, BTreeMap<i64, u64>>,
    calls: Calls,
    exchanges: BoundedMap<u64>,
    recent: VecDeque<Entry>,
    serial: u64,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Seconds since 1970 by the sandbox's clock.
    pub at: i64,
    pub endpoint: Endpoint,
    pub path: String,
    pub method: String,
    /// The log masks the secret and access tokens.
    pub query: String,
    /// The body, if it is short and no file; the log masks secrets.
    pub body: String,
    /// The account's token that came with it: `stable#1`, `token#2`, `unknown`; `none` without one.
    pub token: String,
    pub ip: String,
    /// The kind of fault that was injected.
    pub fault: Option<&'static str>,
    /// 0 is success; `null` while it is not answered, or where a fault kept it from being answered.
    pub errcode: Option<i64>,
    /// Its number, by which the response finds it.
    #[serde(skip)]
    pub serial: u64,
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
    /// What the sandbox itself sent, the newest first.
    pub pushes: Vec<PushRecord>,
}

impl RequestLog {
    pub fn new() -> Self {
        Self(Mutex::new(Records {
            requests: BTreeMap::new(),
            responses: BTreeMap::new(),
            calls: Calls::default(),
            exchanges: BoundedMap::new(CODES),
            recent: VecDeque::with_capacity(RECENT),
            serial: 0,
        }))
    }

    /// Counts a request. What it returns goes to [`Self::record_response`].
    pub fn record_request(&self, mut entry: Entry) -> Entry {
        let code = (entry.endpoint == Endpoint::AccessToken)
            .then(|| parameter(&entry.query, "code"))
            .flatten();
        entry.query = mask_query(&entry.query);
        entry.body = mask_body(&entry.body);
        let mut records = lock(&self.0);
        records.serial += 1;
        entry.serial = records.serial;
        *records.requests.entry(entry.endpoint).or_default() += 1;
        records.calls.request(&entry.path, &entry.token);
        if let Some(code) = code {
            match records.exchanges.get_mut(&code) {
                Some(count) => *count += 1,
                None => records.exchanges.insert(&code, 1, |_| false),
            }
        }
        if records.recent.len() >= RECENT {
            records.recent.pop_front();
        }
        records.recent.push_back(entry.clone());
        entry
    }

    pub fn record_response(&self, entry: &Entry, errcode: i64) {
        let mut records = lock(&self.0);
        let answers = records.responses.entry(entry.endpoint).or_default();
        *answers.entry(errcode).or_default() += 1;
        records.calls.response(&entry.path, &entry.token, errcode);
        let mut recent = records.recent.iter_mut().rev();
        if let Some(known) = recent.find(|known| known.serial == entry.serial) {
            known.errcode = Some(errcode);
        }
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
            pushes: Vec::new(),
        }
    }

    /// The calls by path.
    pub fn calls(&self) -> BTreeMap<String, PathCalls> {
        lock(&self.0).calls.all()
    }

    /// The last requests, the newest first.
    pub fn recent(&self, limit: usize) -> Vec<Entry> {
        lock(&self.0).recent.iter().rev().take(limit).cloned().collect()
    }

    pub fn clear(&self) {
        let mut records = lock(&self.0);
        records.requests.clear();
        records.responses.clear();
        records.calls = Calls::default();
        records.exchanges.clear();
        records.recent.clear();
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
