//! The endpoints `cgi-bin`: calls of the account itself.

mod account_probe;
mod account_token;
mod follower;
mod followers;
mod menu;
mod qr_code;
mod quota;

pub use account_probe::{AccountProbe, probe_account};
pub use followers::{FOLLOWER_BATCH, FollowerInfo, FollowersPage};
pub use qr_code::IssuedQrCode;
pub use quota::DailyQuota;
