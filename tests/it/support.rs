//! What every test stands on.

mod app;
mod backends;
mod browser;
mod platform;

pub use app::TestApp;
pub use browser::{Browser, Page, WECHAT, parameter};
