//! PNG: a signature, then chunks.

use super::be32;

/// Walks the chunks: kind and data.
#[derive(Debug, Clone)]
pub(crate) struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Chunks<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 8 }
    }

    /// What follows the last chunk that was walked.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let length = usize::try_from(be32(self.bytes, self.at)?).ok()?;
        let kind = *self.bytes.get(self.at + 4..)?.first_chunk()?;
        let data = self.bytes.get(self.at + 8..)?.get(..length)?;
        // A checksum follows.
        self.at = self.at.checked_add(length)?.checked_add(12)?;
        Some((kind, data))
    }
}

/// The first chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) depth: u8,
    pub(crate) colour: u8,
    pub(crate) interlaced: bool,
}

impl Header {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (kind, data) = Chunks::new(bytes).next()?;
        let (width, height) = (be32(data, 0)?, be32(data, 4)?);
        let [depth, colour, _, _, interlace] = *data.get(8..13)? else {
            return None;
        };
        let usable = kind == *b"IHDR" && width > 0 && height > 0 && depth <= 16;
        usable.then_some(Self {
            width,
            height,
            depth,
            colour,
            interlaced: interlace != 0,
        })
    }

    /// Whether it has no colour.
    pub(crate) const fn is_grey(self) -> bool {
        matches!(self.colour, 0 | 4)
    }

    /// Bytes of a row once it is expanded to whole samples, with an opacity.
    pub(crate) fn row_bytes(self) -> u64 {
        let samples = if self.is_grey() { 2 } else { 4 };
        let bytes = if self.depth > 8 { 2 } else { 1 };
        u64::from(self.width).saturating_mul(samples * bytes)
    }
}
