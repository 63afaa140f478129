//! WebP: chunks in a RIFF file.

use super::{le16, le32};

/// Walks the chunks after the file's header: kind and data.
#[derive(Debug, Clone)]
pub(crate) struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Chunks<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 12 }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = *self.bytes.get(self.at..)?.first_chunk()?;
        let length = usize::try_from(le32(self.bytes, self.at + 4)?).ok()?;
        let rest = self.bytes.get(self.at + 8..)?;
        // Of the last one as much as there is.
        let data = rest.get(..length).unwrap_or(rest);
        self.at = self.at.checked_add(8)?.checked_add(length)?.checked_add(length % 2)?;
        Some((kind, data))
    }
}

/// What the first chunk says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) alpha: bool,
    pub(crate) animated: bool,
}

impl Header {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (kind, data) = Chunks::new(bytes).next()?;
        let header = match &kind {
            b"VP8 " => Self {
                width: u32::from(le16(data, 6)? & 0x3FFF),
                height: u32::from(le16(data, 8)? & 0x3FFF),
                alpha: false,
                animated: false,
            },
            b"VP8L" => {
                let bits = le32(data, 1)?;
                Self {
                    width: (bits & 0x3FFF) + 1,
                    height: ((bits >> 14) & 0x3FFF) + 1,
                    alpha: true,
                    animated: false,
                }
            }
            b"VP8X" => {
                let side = |at: usize| le32(data, at).map(|bits| (bits & 0xFF_FFFF) + 1);
                Self {
                    width: side(4)?,
                    // The last three bytes of the chunk.
                    height: le32(data, 6).map(|bits| (bits >> 8) + 1)?,
                    alpha: data.first()? & 0x10 != 0,
                    animated: data.first()? & 0x02 != 0,
                }
            }
            _ => return None,
        };
        (header.width > 0 && header.height > 0).then_some(header)
    }
}
