//! Counters, gauges and histograms for Prometheus.
//!
//! They belong to the process, like the log: any layer may call [`metrics()`] and count. What is counted for one account has
//! its AppID as the label `account`, and is counted with the account's own [`AccountMetrics`] or, where a day counts it too, [`AccountEvents`](events::AccountEvents). One file declares the metrics
//! of one area. No label holds anything that a visitor sent. Label values are an enum in this room, static text of another
//! layer (an endpoint's path), or the patterns of our own router.

mod account_label;
mod build;
pub mod cache;
pub mod clocks;
pub mod daily_counts;
pub mod database;
mod day_tally;
pub mod dependencies;
mod durations;
pub mod erasures;
pub mod events;
pub mod forwards;
pub mod http;
pub mod jobs;
mod label_values;
pub mod log;
pub mod logins;
mod metrics;
pub mod photos;
pub mod platform;
pub mod pushes;
pub mod refusals;
pub mod relay;
pub mod sessions;
mod stopwatch;
pub mod storage;
#[cfg(test)]
pub mod testing;

pub use metrics::{AccountMetrics, CONTENT_TYPE, Metrics, metrics};
pub use stopwatch::Stopwatch;
