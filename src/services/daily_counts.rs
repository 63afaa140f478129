//! The counts of a day: written every ten seconds, and closed when the day is over.

mod pending;
mod upkeep;
mod writer;

pub use upkeep::DailyCountsUpkeep;
pub use writer::{DailyCountsParts, DailyCountsWriter};
