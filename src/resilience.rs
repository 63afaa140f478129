//! What keeps an outage of something we lean on from becoming an outage of ours.

mod outage;

pub use outage::Outage;
