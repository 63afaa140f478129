//! QR codes with a parameter (带参数二维码).

use std::sync::Mutex;

use serde::Serialize;

use crate::{bounded_map::BoundedMap, lock::lock, random::Random};

/// The most codes that are kept.
const CAPACITY: usize = 1_000;

/// A code.
#[derive(Debug, Clone, Serialize)]
pub struct QrCode {
    pub ticket: String,
    pub scene: String,
    pub url: String,
    /// Seconds since 1970; `None` for one that is permanent.
    pub expires_at: Option<i64>,
}

/// The codes by their tickets.
pub struct QrCodes(Mutex<BoundedMap<QrCode>>);

impl QrCodes {
    pub fn new() -> Self {
        Self(Mutex::new(BoundedMap::new(CAPACITY)))
    }

    /// Keeps a code and returns its ticket and its URL.
    pub fn create(&self, scene: String, expires_at: Option<i64>, random: &Random) -> (String, String) {
        let ticket = format!("gQ{}==", random.token().replace('_', ""));
        let url = format!("http://weixin.qq.com/q/02{}", random.code());
        let code = QrCode {
            ticket: ticket.clone(),
            scene,
            url: url.clone(),
            expires_at,
        };
        lock(&self.0).insert(&ticket, code, |_| false);
        (ticket, url)
    }

    /// The code of a ticket, unless it has expired.
    pub fn get(&self, ticket: &str, now: i64) -> Option<QrCode> {
        let code = lock(&self.0).get(ticket).cloned();
        code.filter(|code| code.expires_at.is_none_or(|end| now < end))
    }

    /// The newest code with this scene that has not expired.
    pub fn find_by_scene(&self, scene: &str, now: i64) -> Option<QrCode> {
        let current = self.current(now, CAPACITY);
        current.into_iter().find(|code| code.scene == scene)
    }

    /// Codes that have not expired, the newest first.
    pub fn current(&self, now: i64, limit: usize) -> Vec<QrCode> {
        let is_good = |code: &QrCode| code.expires_at.is_none_or(|end| now < end);
        self.list().into_iter().filter(is_good).take(limit).collect()
    }

    /// All codes, the newest first.
    pub fn list(&self) -> Vec<QrCode> {
        let mut codes: Vec<_> = lock(&self.0).iter().map(|(_, code)| code.clone()).collect();
        codes.reverse();
        codes
    }
}
