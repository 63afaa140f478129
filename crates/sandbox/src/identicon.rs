//! Pictures of fans, drawn here so that pages show them without the internet: a pattern that follows from a name.

use sha2::{Digest, Sha256};

/// Cells of a row.
const CELLS: usize = 5;
/// A quarter of a cell on each side stays empty.
const MARGIN: usize = 1;
const BACKGROUND: [u8; 3] = [240, 240, 240];

/// A PNG of `side` × `side` pixels in two colours, symmetric, another for each name. `side` is 640 at most.
pub fn draw(name: &str, side: u16) -> Vec<u8> {
    let hash: [u8; 32] = Sha256::digest(name).into();
    let (pattern, rest) = hash.split_at(15);
    let colour: Vec<u8> = rest.iter().take(3).map(|byte| byte / 2 + 40).collect();
    let pixels = usize::from(side);
    let unit = CELLS + 2 * MARGIN;
    let is_set = |x: usize, y: usize| {
        let (column, row) = (
            (x * unit / pixels).checked_sub(MARGIN),
            (y * unit / pixels).checked_sub(MARGIN),
        );
        let (Some(column), Some(row)) = (column, row) else {
            return false;
        };
        let half = column.min((CELLS - 1).saturating_sub(column));
        column < CELLS && pattern.get(row * 3 + half).is_some_and(|byte| byte & 1 == 1)
    };
    let mut rows = Vec::with_capacity(pixels * (pixels / 8 + 2));
    for y in 0..pixels {
        // No filter.
        rows.push(0);
        for start in (0..pixels).step_by(8) {
            let bits = (start..start + 8).map(|x| u8::from(x < pixels && is_set(x, y)));
            rows.push(bits.fold(0, |byte, bit| byte << 1 | bit));
        }
    }
    let side = u32::from(side).to_be_bytes();
    // One bit a pixel, colours of a palette.
    let header = [side.as_slice(), &side, &[1, 3, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"PLTE", &[&BACKGROUND, colour.as_slice()].concat());
    chunk(&mut png, b"IDAT", &stored(&rows));
    chunk(&mut png, b"IEND", &[]);
    png
}

/// A zlib stream of one block that is not compressed (RFC 1950, RFC 1951): 65,535 bytes at most, which 640 rows are below.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let head = [0x78, 0x01, 0x01];
    [
        head.as_slice(),
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        data,
        &(b << 16 | a).to_be_bytes(),
    ]
    .concat()
}

fn chunk(png: &mut Vec<u8>, kind: &[u8], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    png.extend_from_slice(&length.to_be_bytes());
    let body = [kind, data].concat();
    png.extend_from_slice(&body);
    png.extend_from_slice(&crc32(&body).to_be_bytes());
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_picture_of_its_own_that_stays() {
        assert_eq!(draw("a", 132), draw("a", 132));
        assert_ne!(draw("a", 132), draw("b", 132));
    }

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(stored(b"Wikipedia")[16..], 0x11e6_0398_u32.to_be_bytes());
    }
}
