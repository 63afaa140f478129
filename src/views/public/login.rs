//! Pages for signing in and out.

mod declined;
mod outside_wechat;
mod signed_out;
mod snapshot;
mod welcome;

pub use declined::DeclinedPage;
pub use outside_wechat::OutsideWechatPage;
pub use signed_out::SignedOutPage;
pub use snapshot::SnapshotPage;
pub use welcome::WelcomePage;
