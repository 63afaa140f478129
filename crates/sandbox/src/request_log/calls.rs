//! How often each path was called, with which token, and what was answered.

use std::collections::BTreeMap;

use serde::Serialize;

/// The most paths that are told apart; calls of further ones are counted as `*`.
const PATHS: usize = 300;

/// Calls that have something in common.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Count {
    pub total: u64,
    /// Calls by errcode; 0 is success. A call that a fault kept from being answered is in `total` only.
    pub errcodes: BTreeMap<i64, u64>,
}

/// Calls of one path.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PathCalls {
    #[serde(flatten)]
    pub count: Count,
    /// By the name of the token: `stable#1`, `token#2`, `unknown`, `none`.
    pub tokens: BTreeMap<String, Count>,
}

/// The calls by path.
#[derive(Default)]
pub struct Calls(BTreeMap<String, PathCalls>);

impl Calls {
    pub fn request(&mut self, path: &str, token: &str) {
        let calls = self.of(path);
        calls.count.total += 1;
        calls.tokens.entry(token.to_owned()).or_default().total += 1;
    }

    pub fn response(&mut self, path: &str, token: &str, errcode: i64) {
        let calls = self.of(path);
        *calls.count.errcodes.entry(errcode).or_default() += 1;
        let of_token = calls.tokens.entry(token.to_owned()).or_default();
        *of_token.errcodes.entry(errcode).or_default() += 1;
    }

    pub fn all(&self) -> BTreeMap<String, PathCalls> {
        self.0.clone()
    }

    fn of(&mut self, path: &str) -> &mut PathCalls {
        let path = if self.0.len() < PATHS || self.0.contains_key(path) {
            path
        } else {
            "*"
        };
        self.0.entry(path.to_owned()).or_default()
    }
}
