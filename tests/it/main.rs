//! The application as a whole: each test starts it on a free port, with a database and a sandbox of its own.
//!
//! `FANPASS_TEST_BACKENDS` chooses what it runs on: `sqlite,memory` (the default), `postgres,redis` or `mysql,redis`, which
//! take the servers that `FANPASS_TEST_DATABASE_URL`, `FANPASS_TEST_MYSQL_URL` and `FANPASS_TEST_REDIS_URL` name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and waits on the real clock"
)]

mod support;

mod account_tokens;
mod accounts;
mod audit;
mod avatar_fetch;
mod avatars;
mod browser;
mod cache_outage;
mod callback_once;
mod check;
mod client;
mod clocks;
mod commands;
mod daily_counts;
mod end_of_process;
mod erasure;
mod export;
mod failures;
mod fans_sync;
mod hostile_cookies;
mod internal;
mod jobs;
mod jssdk;
mod key_change;
mod languages;
mod late_responses;
mod lifecycle;
mod limits;
mod log_lines;
mod log_stall;
mod login;
mod login_disabled;
mod max_in_flight;
mod me;
mod menu;
mod next_path;
mod odd_responses;
mod operators;
mod ops;
mod outside_wechat;
mod own_pages;
mod photos;
mod platform_tls;
mod policies;
mod profile_refresh;
mod push;
mod push_forward;
mod push_sandbox;
mod qr;
mod registration;
mod replies;
mod security_headers;
mod session_revocations;
mod sessions;
mod site;
mod slow_clients;
#[cfg(feature = "otlp")]
mod traces;
mod unfollowing;
