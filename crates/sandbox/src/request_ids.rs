//! What `openapi/rid/get` tells of a request that was refused.

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::{bounded_map::BoundedMap, lock::lock, request_log::Entry};

/// The most requests that are kept, and for how long.
const CAPACITY: usize = 1_000;
const TTL_SECONDS: i64 = 7 * 24 * 3600;

/// Refused requests by their ids.
pub struct RequestIds(Mutex<BoundedMap<Refused>>);

struct Refused {
    at: i64,
    url: String,
    body: String,
    ip: String,
    errcode: i64,
}

impl RequestIds {
    pub fn new() -> Self {
        Self(Mutex::new(BoundedMap::new(CAPACITY)))
    }

    pub fn keep(&self, id: &str, entry: &Entry, errcode: i64) {
        let refused = Refused {
            at: entry.at,
            url: format!("{}?{}", entry.path, entry.query),
            body: entry.body.clone(),
            ip: entry.ip.clone(),
            errcode,
        };
        let stale = |refused: &Refused| refused.at + TTL_SECONDS <= entry.at;
        lock(&self.0).insert(id, refused, stale);
    }

    /// # Errors
    ///
    /// 76002 for what is no request id, 76001 for an unknown one, 76004 for one that is older than seven days.
    pub fn get(&self, id: &str, now: i64) -> Result<Value, i64> {
        let mut groups = id.split('-');
        let is_group = |group: &str| group.len() == 8 && group.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !(groups.clone().count() == 3 && groups.all(is_group)) {
            return Err(76002);
        }
        let map = lock(&self.0);
        let refused = map.get(id).ok_or(76001)?;
        if refused.at + TTL_SECONDS <= now {
            return Err(76004);
        }
        Ok(json!({
            "invoke_time": refused.at,
            "cost_in_ms": 1,
            "request_url": refused.url,
            "request_body": refused.body,
            "response_body": json!({ "errcode": refused.errcode }).to_string(),
            "client_ip": refused.ip,
        }))
    }
}
