//! The crate from outside: what goes in and what comes out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests are not recognised as tests"
)]

mod bombs;
mod child;
mod hostile;
mod make;
mod metadata;
mod sizes;

use fanpass_pictures::Limits;

const LIMITS: Limits = Limits {
    max_pixels: 50_000_000,
    max_decoded_bytes: 256 * 1024 * 1024,
};
