//! What arrived at the sandbox, so that a test can prove what a client did.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use serde::Serialize;
use url::form_urlencoded;

use super::faults::Endpoint;
use super::locked;
use super::shelf::Shelf;

/// Requests that are kept in full.
const RECENT: usize = 200;
/// Codes whose exchanges are counted.
const CODES: usize = 100_000;

/// Counters and the last requests.
pub(super) struct Journal(Mutex<Pages>);

struct Pages {
    requests: BTreeMap<Endpoint, u64>,
    answers: BTreeMap<Endpoint, BTreeMap<i64, u64>>,
    exchanges: Shelf<u64>,
    recent: VecDeque<Entry>,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    /// Seconds since 1970 by the sandbox's clock.
    pub(super) at: i64,
    pub(super) endpoint: Endpoint,
    pub(super) method: String,
    /// The query, the secret masked.
    pub(super) query: String,
    /// The fault that it met.
    pub(super) fault: Option<&'static str>,
}

/// What `GET /sandbox/requests` shows.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    requests: BTreeMap<Endpoint, u64>,
    /// By endpoint and errcode; 0 is success. Requests that a fault kept from being handled have none.
    answers: BTreeMap<Endpoint, BTreeMap<i64, u64>>,
    /// Requests for an exchange, by code.
    exchanges: BTreeMap<String, u64>,
    recent: Vec<Entry>,
}

impl Journal {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Pages {
            requests: BTreeMap::new(),
            answers: BTreeMap::new(),
            exchanges: Shelf::new(CODES),
            recent: VecDeque::with_capacity(RECENT),
        }))
    }

    /// A request has arrived.
    pub(super) fn arrived(&self, mut entry: Entry) {
        let code = (entry.endpoint == Endpoint::AccessToken)
            .then(|| parameter(&entry.query, "code"))
            .flatten();
        entry.query = masked(&entry.query);
        let mut pages = locked(&self.0);
        *pages.requests.entry(entry.endpoint).or_default() += 1;
        if let Some(code) = code {
            match pages.exchanges.get_mut(&code) {
                Some(count) => *count += 1,
                None => pages.exchanges.put(&code, 1, |_| false),
            }
        }
        if pages.recent.len() >= RECENT {
            pages.recent.pop_front();
        }
        pages.recent.push_back(entry);
    }

    /// It was handled.
    pub(super) fn answered(&self, endpoint: Endpoint, errcode: i64) {
        *locked(&self.0)
            .answers
            .entry(endpoint)
            .or_default()
            .entry(errcode)
            .or_default() += 1;
    }

    /// Everything, or only the exchanges of one code.
    pub(super) fn report(&self, code: Option<&str>) -> Report {
        let pages = locked(&self.0);
        let exchanges = match code {
            Some(code) => [(code.to_owned(), pages.exchanges.get(code).copied().unwrap_or(0))].into(),
            None => pages
                .exchanges
                .iter()
                .map(|(code, count)| (code.to_owned(), *count))
                .collect(),
        };
        Report {
            requests: pages.requests.clone(),
            answers: pages.answers.clone(),
            exchanges,
            recent: pages.recent.iter().cloned().collect(),
        }
    }

    pub(super) fn clear(&self) {
        let mut pages = locked(&self.0);
        pages.requests.clear();
        pages.answers.clear();
        pages.exchanges.clear();
        pages.recent.clear();
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn masked(query: &str) -> String {
    let mask = |pair| {
        if str::starts_with(pair, "secret=") {
            "secret=***"
        } else {
            pair
        }
    };
    query.split('&').map(mask).collect::<Vec<_>>().join("&")
}
