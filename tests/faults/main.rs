//! What fans see, and what is lost, when something fails under load: real `fanpass serve` processes, a PostgreSQL, a
//! Redis and a sandbox of the test's own, and hundreds of logins a second over all replicas, without stickiness.
//!
//! `scripts/faults` runs this and prints the table. `FANPASS_FAULTS=full` runs longer and with more load;
//! `FANPASS_FAULTS_TABLE` names a folder for the rows; `FANPASS_FAULTS_KEEP` keeps the logs. A fault whose server is not
//! installed prints `SKIPPED`, and fails with `FANPASS_TEST_ALL=1`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, measures on the real clock and prints its row"
)]

mod support;

mod cache;
mod database;
mod disk;
mod platform;
mod replicas;
mod together;
