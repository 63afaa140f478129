//! What every test uses.

mod app;
mod backends;
mod browser;
pub mod bucket;
mod canned;
mod certificate;
mod configured;
mod eventually;
mod metrics;
mod operator;
pub mod photos;
mod platform;
pub mod process;
pub mod push;
pub mod raw;
mod redis_proxy;
mod rows;
mod secure_site;
mod site;
mod target;

pub use app::{TestApp, TestAppBuilder};
pub use browser::{Browser, Page, WECHAT, encoded, parameter};
pub use canned::{CannedPlatform, counted};
pub use certificate::{made_up_tls, make_certificate};
pub use eventually::{eventually, eventually_some};
pub use metrics::{account_metric, metric};
pub use operator::command;
pub use platform::{APP_ID, APP_SECRET, Platform};
pub use redis_proxy::RedisProxy;
pub use rows::Row;
pub use secure_site::serve_at;
pub use site::Site;
pub use target::{Target, TargetRequest, status};
