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
