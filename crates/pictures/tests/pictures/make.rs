//! Pictures made for the tests.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use jpeg_encoder::{ColorType, Encoder};

/// A baseline JPEG with some colours in it.
pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    encoded(width, height, false)
}

/// A progressive one.
pub(crate) fn progressive(width: u16, height: u16) -> Vec<u8> {
    encoded(width, height, true)
}

fn encoded(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let rows = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x.to_le_bytes()[0], y.to_le_bytes()[0], 90]));
    let pixels: Vec<u8> = rows.collect();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.set_progressive(progressive);
    encoder.encode(&pixels, width, height, ColorType::Rgb).unwrap();
    file
}

/// A segment of a JPEG.
pub(crate) fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap();
    [&[0xFF, marker], &length.to_be_bytes()[..], data].concat()
}

/// A JPEG with segments put in after its first marker.
pub(crate) fn with_segments(jpeg: &[u8], segments: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segments, &jpeg[2..]].concat()
}

/// A chunk of a PNG.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(kind);
    checksum.update(data);
    [&length[..], kind, data, &checksum.finalize().to_be_bytes()].concat()
}

/// What a PNG is to be.
pub(crate) struct Png<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) depth: u8,
    pub(crate) colour: u8,
    pub(crate) interlace: u8,
    /// Chunks before the pixels.
    pub(crate) before: &'a [u8],
    /// So many bytes of nothing, packed.
    pub(crate) zeros: usize,
}

impl Png<'_> {
    pub(crate) fn file(&self) -> Vec<u8> {
        let sides = [self.width.to_be_bytes(), self.height.to_be_bytes()].concat();
        let header = [&sides[..], &[self.depth, self.colour, 0, 0, self.interlace]].concat();
        let pixels = chunk(b"IDAT", &packed_zeros(self.zeros));
        [
            b"\x89PNG\r\n\x1A\n",
            &chunk(b"IHDR", &header)[..],
            self.before,
            &pixels,
            &chunk(b"IEND", b""),
        ]
        .concat()
    }
}

/// A tiny PNG with chunks before its pixels.
pub(crate) fn png(before: &[u8]) -> Vec<u8> {
    let png = Png {
        width: 10,
        height: 10,
        depth: 8,
        colour: 2,
        interlace: 0,
        before,
        zeros: 310,
    };
    png.file()
}

/// Zeros as zlib packs them: a thousandth.
pub(crate) fn packed_zeros(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let block = vec![0; 1 << 20];
    let mut left = count;
    while left > 0 {
        let part = left.min(block.len());
        encoder.write_all(&block[..part]).unwrap();
        left -= part;
    }
    encoder.finish().unwrap()
}

/// As zlib packs it.
pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A WebP file of these chunks.
pub(crate) fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let chunks: Vec<u8> = chunks.iter().flat_map(|(kind, data)| riff_chunk(kind, data)).collect();
    let whole = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
    [b"RIFF", &whole[..], b"WEBP", &chunks].concat()
}

/// A chunk of a WebP file, or of a frame in one.
pub(crate) fn riff_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let padding = &[0][..data.len() % 2];
    [kind, &length[..], data, padding].concat()
}

/// `VP8X`: flags, and the sides of the canvas.
pub(crate) fn canvas(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let side = |pixels: u32| (pixels - 1).to_le_bytes()[..3].to_vec();
    [&[flags, 0, 0, 0][..], &side(width), &side(height)].concat()
}

/// `VP8 `: the head of a frame, and some data.
pub(crate) fn lossy(width: u16, height: u16) -> Vec<u8> {
    let sides = [width.to_le_bytes(), height.to_le_bytes()].concat();
    [&[0x10, 2, 0, 0x9D, 1, 0x2A][..], &sides, &[0; 4000]].concat()
}

/// Bits, the lowest of each byte first.
#[derive(Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    pub(crate) fn put(&mut self, value: u32, bits: usize) {
        for bit in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= u8::from(value >> bit & 1 == 1) << (self.count % 8);
            self.count += 1;
        }
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// `VP8L` without its five bytes of head: a picture of zeros whose entropy image names so many groups of codes, each of the
/// largest table for its bits.
pub(crate) fn groups_of_codes(groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    // No transform, no colour cache, an entropy image of blocks of 512 pixels, without a cache either.
    bits.put(0b011_1100, 7);
    // Its one pixel, in codes of one symbol.
    for symbol in [(groups - 1) & 0xFF, (groups - 1) >> 8, 0, 0, 0] {
        bits.put(0b101, 3);
        bits.put(symbol, 8);
    }
    for _ in 0..groups * 5 {
        ten_bits(&mut bits);
    }
    let mut bytes = bits.bytes();
    bytes.extend([0; 4096]);
    bytes
}

// Lengths 1, 2, …, 9, 10, 10.
fn ten_bits(bits: &mut Bits) {
    // Fourteen lengths of the code of lengths, in their order: 17, 18, 0, 1 to 5, 16, 6 to 10.
    bits.put(0, 1);
    bits.put(10, 4);
    for length in [0, 0, 0, 3, 3, 3, 3, 3, 0, 3, 4, 4, 4, 4] {
        bits.put(length, 3);
    }
    // Eleven symbols, each with its code, whose highest bit comes first.
    bits.put(1, 1);
    bits.put(1, 3);
    bits.put(9, 4);
    for symbol in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10u32] {
        let (code, length) = if symbol < 7 {
            (symbol - 1, 3)
        } else {
            (12 + symbol - 7, 4)
        };
        bits.put(code.reverse_bits() >> (32 - length), usize::try_from(length).unwrap());
    }
}

/// A profile whose seven tables of colours are one, as large as such a profile may be.
pub(crate) fn profile(space: &[u8; 4], inputs: u8, grid: u8, size: usize) -> Vec<u8> {
    let tags: [&[u8; 4]; 7] = [b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt"];
    let at = 128 + 4 + 12 * tags.len();
    let mut bytes = vec![0; at];
    bytes[..4].copy_from_slice(&u32::try_from(size).unwrap().to_be_bytes());
    bytes[8..12].copy_from_slice(&[2, 0x10, 0, 0]);
    bytes[12..16].copy_from_slice(b"prtr");
    bytes[16..20].copy_from_slice(space);
    bytes[20..24].copy_from_slice(b"Lab ");
    bytes[36..40].copy_from_slice(b"acsp");
    // The illuminant, D50.
    bytes[68..80].copy_from_slice(&[0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D]);
    bytes[128..132].copy_from_slice(&u32::try_from(tags.len()).unwrap().to_be_bytes());
    for (index, tag) in tags.iter().enumerate() {
        let entry = &mut bytes[132 + 12 * index..][..12];
        entry[..4].copy_from_slice(*tag);
        entry[4..8].copy_from_slice(&u32::try_from(at).unwrap().to_be_bytes());
        entry[8..].copy_from_slice(&u32::try_from(size - at).unwrap().to_be_bytes());
    }
    bytes.extend(b"mft2\0\0\0\0");
    bytes.extend([inputs, 3, grid, 0]);
    for index in 0..9 {
        bytes.extend(if index % 4 == 0 { [0, 1, 0, 0] } else { [0; 4] });
    }
    bytes.extend([0, 2, 0, 2]);
    bytes.resize(size, 0);
    bytes
}
