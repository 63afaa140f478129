//! The pages in a real browser: headless Chromium with a phone's screen and WeChat's user agent.
//!
//! `FANPASS_TEST_CHROMEDRIVER` names the driver. Without it these tests say `SKIPPED`; with `FANPASS_TEST_ALL=1` they fail.
//! What the browser showed is kept in `target/screenshots`.

mod declining;
mod driver;
mod english;
mod failures;
mod history;
mod journey;
mod jssdk;
mod looks;
mod me;
mod nicknames;
mod outside;
mod phone;
mod photos;
mod pictures;
mod whole_way;
