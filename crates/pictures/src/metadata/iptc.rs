//! IPTC's records (IIM 4.2) inside Photoshop's blocks.

use super::{Found, Removed};
use crate::container::be16;

/// Looks through what follows `Photoshop 3.0`.
pub(super) fn read(block: &[u8], found: &mut Found) {
    let mut rest = block;
    let mut any = false;
    // Each data set: a tag marker, record 2, its number, and a length.
    while let Some(at) = memchr::memmem::find(rest, b"\x1C\x02") {
        rest = rest.get(at + 2..).unwrap_or_default();
        let (Some(number), Some(length)) = (rest.first(), be16(rest, 1)) else {
            break;
        };
        if let Some(what) = of(*number) {
            found.add(what);
            any = true;
        }
        rest = rest.get(3 + usize::from(length & 0x7FFF)..).unwrap_or_default();
    }
    if !any {
        found.add(Removed::Other);
    }
}

const fn of(number: u8) -> Option<Removed> {
    match number {
        26 | 27 | 90 | 92 | 95 | 100 | 101 => Some(Removed::Location),
        55 | 60 | 62 | 63 => Some(Removed::Time),
        80 | 85 | 110 | 115 | 116 | 122 => Some(Removed::Author),
        5 | 15 | 20 | 25 | 40 | 105 | 120 => Some(Removed::Description),
        65 | 70 => Some(Removed::Software),
        _ => None,
    }
}
