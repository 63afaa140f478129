//! The settings as an operator meets them: files in a directory, variables in an environment, and faults
//! that name both. Faults are asserted by key and kind; their wording is in `wording.rs`.

#[expect(clippy::expect_used, reason = "helpers of tests are not recognised as tests")]
mod apps;
#[expect(clippy::unwrap_used, reason = "helpers of tests are not recognised as tests")]
mod book;
mod defaults;
mod forward;
mod layers;
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests are not recognised as tests"
)]
mod own_pages;
#[expect(clippy::unwrap_used, reason = "helpers of tests are not recognised as tests")]
mod pages;
mod reference;
mod secret_forms;
mod secrets;
mod storage;
#[expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on panics")]
mod support;
mod unknown_keys;
mod values;
mod wording;
