//! The family `cgi-bin`: what the account itself may do.

mod account_probe;

pub use account_probe::{AccountProbe, probe_account};
