//! HTTP in, HTTP out: one file per group of routes.

pub mod account;
pub mod authorize;
pub mod avatars;
mod browser_fan;
pub mod cgi;
pub mod control;
mod deliver;
pub mod home;
pub mod jssdk;
mod parameters;
pub mod push;
pub mod show_qr_code;
pub mod sns;
