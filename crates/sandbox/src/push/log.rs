//! The last pushes.

use std::{collections::VecDeque, sync::Mutex};

use super::record::{PushRecord, Verification};
use crate::lock::lock;

/// The most pushes that are kept.
const CAPACITY: usize = 200;

#[derive(Default)]
struct Records {
    pushes: VecDeque<PushRecord>,
    total: u64,
    verification: Option<Verification>,
}

/// The last pushes, and how many there were.
#[derive(Default)]
pub struct PushLog(Mutex<Records>);

impl PushLog {
    /// Numbers a push and keeps it.
    pub fn keep(&self, mut push: PushRecord) -> PushRecord {
        let mut records = lock(&self.0);
        records.total += 1;
        push.id = records.total;
        if records.pushes.len() >= CAPACITY {
            records.pushes.pop_front();
        }
        records.pushes.push_back(push.clone());
        push
    }

    /// The newest first.
    pub fn list(&self, limit: usize) -> Vec<PushRecord> {
        lock(&self.0).pushes.iter().rev().take(limit).cloned().collect()
    }

    /// Keeps what the last check of the URL found.
    pub fn verified(&self, verification: Verification) {
        lock(&self.0).verification = Some(verification);
    }

    /// What the last check of the URL found.
    pub fn verification(&self) -> Option<Verification> {
        lock(&self.0).verification.clone()
    }

    pub fn clear(&self) {
        lock(&self.0).pushes.clear();
    }
}
