//! Decodes a picture that nobody vouches for, and encodes it anew without its metadata.
//!
//! What comes out is a progressive JPEG in sRGB, upright, on white, at most as large as asked for, and nothing else: no byte of the
//! upload is copied. [`inspect`] reads the header and says what [`clean`] will take; it allocates nothing that the file claims.

mod container;
mod decode;
mod encode;
mod kind;
mod memory;
mod metadata;
mod orientation;
mod pixels;
mod refusal;
mod resize;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use kind::Kind;
pub use metadata::Removed;
pub use refusal::Refusal;

// What memory is reckoned for: no size asked for may be larger.
const LARGEST: u32 = 2048;

// Profiles of presses have up to two or three MiB, those of screens some KiB.
const MAX_PROFILE: usize = 4 * 1024 * 1024;
const MAX_PROFILE_OF_RGB: usize = 1024 * 1024;

// As JPEG has it. A line of fifty million pixels would take a hundred times that to be scaled.
const MAX_SIDE: u32 = 65_535;

/// How large a picture may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Width times height, as the file declares them.
    pub max_pixels: u64,
    /// What decoding may take, in bytes.
    pub max_decoded_bytes: u64,
}

/// What the header of a picture says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspected {
    /// By its first bytes.
    pub kind: Kind,
    /// As stored, before it is turned upright.
    pub width: u32,
    /// As stored, before it is turned upright.
    pub height: u32,
    /// What [`clean`] takes at its peak, in bytes, beside the upload itself.
    pub memory_bytes: u64,
}

/// A picture that may be kept.
#[derive(Debug)]
pub struct Cleaned {
    /// One for each long side that was asked for, in that order.
    pub pictures: Vec<Encoded>,
    /// What the upload said beside its pixels, in the order of [`Removed::ALL`].
    pub removed: Vec<Removed>,
}

/// One size of a picture.
#[derive(Debug)]
pub struct Encoded {
    /// A whole JPEG file.
    pub jpeg: Vec<u8>,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
}

/// Reads the header alone.
///
/// # Errors
/// [`Refusal`]: it is none of our pictures, or too large a one.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Inspected, Refusal> {
    without_panic(|| {
        let header = decode::header(bytes)?;
        let pixels = u64::from(header.width).saturating_mul(u64::from(header.height));
        if pixels > limits.max_pixels {
            return Err(Refusal::TooManyPixels {
                pixels,
                max: limits.max_pixels,
            });
        }
        let too_long = header.width.max(header.height) > MAX_SIDE;
        let decoding = header.decoding_bytes.ok_or(Refusal::Broken)?;
        if too_long || decoding > limits.max_decoded_bytes {
            return Err(Refusal::TooLargeDecoded);
        }
        Ok(Inspected {
            kind: header.kind,
            width: header.width,
            height: header.height,
            memory_bytes: memory::peak_bytes(&header).ok_or(Refusal::Broken)?,
        })
    })
}

/// Decodes a picture and encodes it in each of the sizes asked for, none larger than the picture is or than 2048 pixels.
///
/// # Errors
/// [`Refusal`]: as [`inspect`], or its pixels cannot be had.
pub fn clean(bytes: &[u8], limits: &Limits, long_sides: &[u32]) -> Result<Cleaned, Refusal> {
    let inspected = inspect(bytes, limits)?;
    without_panic(|| {
        let found = metadata::read(bytes, inspected.kind);
        let decoded = decode::decode(bytes, inspected.kind, limits)?;
        Ok(Cleaned {
            pictures: encode::in_sizes(decoded, found.orientation, long_sides)?,
            removed: found.removed(),
        })
    })
}

// The decoders are safe code that others wrote: what they did not think of is a panic, and must not be more than a refused picture.
fn without_panic<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Broken))
}
