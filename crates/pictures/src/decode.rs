//! From a file to pixels.

mod gif;
mod jpeg;
mod png;
mod webp;

use crate::{Kind, Limits, MAX_PROFILE, Refusal, pixels::Decoded};

/// What the header of a file says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// What decoding takes at its peak, the pixels included; `None` if the file cannot be decoded.
    pub(crate) decoding_bytes: Option<u64>,
    /// How large its ICC profile may be, if one is used.
    pub(crate) profile_bytes: u64,
}

/// Reads the header alone.
///
/// # Errors
/// [`Refusal`]: none of our kinds, or one that is not decoded.
pub(crate) fn header(bytes: &[u8]) -> Result<Header, Refusal> {
    match Kind::of(bytes)? {
        Kind::Jpeg => jpeg::header(bytes),
        Kind::Png => png::header(bytes),
        Kind::Webp => webp::header(bytes),
        Kind::Gif => gif::header(bytes),
    }
    .ok_or(Refusal::Broken)
}

/// Decodes a file whose header was found to be within the limits.
///
/// # Errors
/// [`Refusal`]: its pixels cannot be had.
pub(crate) fn decode(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Decoded, Refusal> {
    match kind {
        Kind::Jpeg => jpeg::decode(bytes),
        Kind::Png => png::decode(bytes, limits),
        Kind::Webp => webp::decode(bytes),
        Kind::Gif => gif::decode(bytes, limits),
    }
}

fn area(width: u32, height: u32) -> u64 {
    u64::from(width).saturating_mul(u64::from(height))
}

// Of a profile of that size: a larger one than any that is used is not read.
fn profile_bytes(size: usize) -> u64 {
    if size > MAX_PROFILE {
        return 0;
    }
    u64::try_from(size).unwrap_or(u64::MAX)
}
