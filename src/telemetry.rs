//! What Prometheus reads: counters, gauges and histograms that every layer may touch.
//!
//! They belong to the process and not to one application, so they stand outside the wiring. Labels take static words,
//! or the patterns of our own routes: nothing that a visitor sends becomes one. A handle is made once and kept, so
//! that counting costs a look-up among a few words and one atomic addition.

pub mod cache;
mod catalogue;
pub mod clocks;
pub mod database;
pub mod dependencies;
mod family;
pub mod http;
pub mod log;
pub mod logins;
pub mod platform;
pub mod refusals;
mod registry;
pub mod sessions;
mod stopwatch;
#[cfg(test)]
pub mod testing;

pub use catalogue::{Kind, METRICS, Metric};
pub use registry::{render, upkeep};
pub use stopwatch::Stopwatch;
