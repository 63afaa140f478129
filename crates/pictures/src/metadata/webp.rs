use super::{Found, Removed, exif, xmp};
use crate::container::webp::Chunks;

const OF_PIXELS: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// Looks through a file.
pub(super) fn read(bytes: &[u8], found: &mut Found) {
    for (kind, data) in Chunks::new(bytes) {
        match &kind {
            b"EXIF" => exif::read(data, found),
            b"XMP " => xmp::read(data, found),
            kind if OF_PIXELS.contains(&kind) => {}
            _ => found.add(Removed::Other),
        }
    }
}
