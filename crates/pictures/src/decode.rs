//! From a file to pixels.

mod gif;
mod jpeg;
mod png;
mod webp;

use crate::{Kind, Limits, Refusal, pixels::Decoded};

/// What the header of a file says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// What decoding takes at its peak, the pixels included.
    pub(crate) decoding_bytes: u64,
}

/// Reads the header alone.
///
/// # Errors
/// [`Refusal`]: none of our kinds, or one that is not decoded.
pub(crate) fn header(bytes: &[u8]) -> Result<Header, Refusal> {
    let kind = Kind::of(bytes)?;
    let (width, height, decoding_bytes) = match kind {
        Kind::Jpeg => jpeg::header(bytes),
        Kind::Png => png::header(bytes),
        Kind::Webp => webp::header(bytes),
        Kind::Gif => gif::header(bytes),
    }
    .ok_or(Refusal::Broken)?;
    Ok(Header {
        kind,
        width,
        height,
        decoding_bytes,
    })
}

/// Decodes a file whose header was found to be within the limits.
///
/// # Errors
/// [`Refusal`]: its pixels cannot be had.
pub(crate) fn decode(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Decoded, Refusal> {
    match kind {
        Kind::Jpeg => jpeg::decode(bytes),
        Kind::Png => png::decode(bytes, limits),
        Kind::Webp => webp::decode(bytes, limits),
        Kind::Gif => gif::decode(bytes, limits),
    }
}

fn area(width: u32, height: u32) -> u64 {
    u64::from(width).saturating_mul(u64::from(height))
}
