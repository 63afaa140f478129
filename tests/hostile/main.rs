//! Hostile input. Each body in `bodies` takes bytes and fails if what must hold does not; the fuzz targets under `fuzz/`
//! run the same bodies for as long as one likes (`scripts/fuzz`), these tests a fixed number of times.
//!
//! A failure prints its seed and its smallest input and writes the seed to `regressions/`, where it is tried first from
//! then on. `PROPTEST_RNG_SEED` repeats a run. `FANPASS_HOSTILE_TIMES=20` tries twenty times as many cases as usual,
//! `PROPTEST_CASES=1000` a thousand in each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::allow_attributes,
    reason = "a test fails by panicking, and says with which seed"
)]

mod bodies;
mod inputs;
mod mutations;
mod runner;
mod seeds;

use runner::run;

#[test]
fn a_browser_stays_on_this_site_whatever_next_is() {
    run("next_path", 20_000, inputs::next(), |input| {
        bodies::next_path::check(input)
    });
}

#[test]
fn a_callbacks_query_is_read_or_refused() {
    run("callback", 10_000, inputs::query(), |input| {
        bodies::callback::check(input)
    });
}

#[test]
fn our_cookies_are_found_among_any_neighbours() {
    run("cookies", 1_500, inputs::cookies(), |input| {
        bodies::cookies::check(input)
    });
}

#[test]
fn an_upload_becomes_a_clean_picture_or_is_refused() {
    run("pictures", 1_000, inputs::pictures(), |input| {
        bodies::pictures::check(input)
    });
}

#[test]
fn the_platforms_json_is_read_or_refused() {
    run("platform_json", 10_000, inputs::json(), |input| {
        bodies::platform_json::check(input)
    });
}

#[test]
fn a_sealed_push_opens_to_what_was_sealed_for_this_account() {
    run("push_envelope", 2_000, inputs::plain_layout(), |input| {
        bodies::push_envelope::check(input)
    });
}

#[test]
fn a_push_is_read_or_refused_and_a_fans_text_stays_a_text() {
    run("push_xml", 6_000, inputs::push(), |input| {
        bodies::push_xml::check(input)
    });
}

#[test]
fn a_file_of_rules_gives_replies_that_can_be_shown_or_faults() {
    run("replies_file", 4_000, inputs::replies(), |input| {
        bodies::replies_file::check(input)
    });
}

#[test]
fn settings_files_give_settings_or_faults() {
    run("settings_files", 800, inputs::settings(), |input| {
        bodies::settings_files::check(input)
    });
}
