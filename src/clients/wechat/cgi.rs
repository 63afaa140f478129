//! The endpoints `cgi-bin`: calls of the account itself.

mod account_probe;

pub use account_probe::{AccountProbe, probe_account};
