//! Messages that the account sent to fans (客服消息).

use std::{collections::VecDeque, sync::Mutex};

use serde::Serialize;
use serde_json::Value;

use crate::lock::lock;

/// The most messages that are kept.
const CAPACITY: usize = 500;

/// A message.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// Seconds since 1970 by the sandbox's clock.
    pub at: i64,
    pub openid: String,
    pub kind: String,
    /// What the request had under the name of the kind.
    pub content: Value,
}

/// The last messages.
#[derive(Default)]
pub struct Messages(Mutex<VecDeque<Message>>);

impl Messages {
    pub fn keep(&self, message: Message) {
        let mut messages = lock(&self.0);
        if messages.len() >= CAPACITY {
            messages.pop_front();
        }
        messages.push_back(message);
    }

    /// The newest first.
    pub fn list(&self, limit: usize) -> Vec<Message> {
        lock(&self.0).iter().rev().take(limit).cloned().collect()
    }

    pub fn clear(&self) {
        lock(&self.0).clear();
    }
}
