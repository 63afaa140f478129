//! HTTP in, HTTP out. Each handler extracts what it needs, calls one service method and shapes the answer.

mod answers;
mod app_state;
mod callback;
mod index;
mod login;
mod login_cookies;
mod logout;
pub mod ops;
mod outside_wechat;
mod register;
mod root_files;
mod routes;
mod signed_out;
mod static_files;
mod wechat_browser;
mod welcome;

pub use app_state::{AppState, PublicSite};
pub use routes::configure;
