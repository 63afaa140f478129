//! The load under which `scripts/bench` measures fanpass, and the bare handler that it is measured beside.
//!
//! `fill` makes a table of fans, `ceiling` serves the same input and output as fanpass and nothing else, `drive` signs
//! fans in against each in turn, `report` turns what was measured into tables. `scripts/bench` calls them in order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::allow_attributes,
    reason = "a measurement that goes wrong ends with a panic, and is timed with the real clock"
)]

mod arguments;
mod browser;
mod ceiling;
mod drive;
mod fill;
mod http;
mod internal;
mod jssdk;
mod photos;
mod process;
mod push;
mod report;
mod sample;
mod sum;
mod table;

use clap::Parser;

use arguments::{Arguments, Part};

fn main() {
    match Arguments::parse().part {
        Part::Fill(what) => fill::run(&what),
        Part::Ceiling(what) => ceiling::run(what),
        Part::Page(what) => drive::save_page(&what),
        Part::Drive(what) => drive::run(&what),
        Part::Internal(what) => internal::run(&what),
        Part::Push(what) => push::run(&what),
        Part::Jssdk(what) => jssdk::run(&what),
        Part::Photos(what) => photos::run(&what),
        Part::Report { samples } => report::run(&samples),
    }
}
