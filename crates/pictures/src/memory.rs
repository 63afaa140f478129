//! What cleaning a picture takes.

use crate::{LARGEST, decode::Header, resize};

// What the allocator, the decoders' and the encoder's small tables and threads' own memory take.
const TABLES_BYTES: u64 = 8 * 1024 * 1024;

/// At its peak, in bytes, beside the upload; `None` if the file cannot be decoded.
pub(crate) fn peak_bytes(header: &Header) -> Option<u64> {
    let (width, height) = (header.width, header.height);
    let (to_width, to_height) = resize::fit(width, height, LARGEST);
    let bytes = |width: u32, height: u32, a_pixel: u64| {
        u64::from(width)
            .saturating_mul(u64::from(height))
            .saturating_mul(a_pixel)
    };
    // Beside the whole picture: scaled in one direction, and in both.
    let scaling = bytes(width, to_height, 4).saturating_add(bytes(to_width, to_height, 4));
    let decoding = header
        .decoding_bytes?
        .saturating_add(scaling)
        .saturating_add(header.profile_bytes.saturating_mul(2));
    // Without it: in sRGB, upright; then beside that the encoder's samples and coefficients, and its file, which grows.
    let encoding = bytes(to_width, to_height, 14).saturating_add(header.profile_bytes.saturating_mul(PROFILE_FACTOR));
    Some(decoding.max(encoding).saturating_add(TABLES_BYTES))
}

// A profile, a second copy of it, each of seven tables that may be one and the same, and the one that is used as wider numbers.
const PROFILE_FACTOR: u64 = 16;
