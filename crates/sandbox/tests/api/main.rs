//! The sandbox seen from outside: it behaves as the platform's documentation says, and has a control API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and waits on the real clock"
)]

mod account;
mod authorize;
mod cgi;
mod control;
mod faults;
mod followers;
mod jssdk;
mod media;
mod menus;
mod pages;
mod push;
mod sns;
mod support;
