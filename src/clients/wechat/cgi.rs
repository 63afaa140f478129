//! The endpoints `cgi-bin`: calls of the account itself.

mod account_probe;
mod account_token;
mod follower;
mod menu;
mod quota;

pub use account_probe::{AccountProbe, probe_account};
