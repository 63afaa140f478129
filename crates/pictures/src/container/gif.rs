//! GIF: a screen, then blocks.

use super::le16;

/// What stands before the first frame.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// Whether there is a comment or a text.
    pub(crate) comment: bool,
    /// Whether an application left something: XMP, a profile, or how often to repeat.
    pub(crate) xmp: bool,
}

impl Header {
    /// Reads up to the first frame.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut header = Self {
            width: le16(bytes, 6)?,
            height: le16(bytes, 8)?,
            ..Self::default()
        };
        let mut at = 13 + palette_bytes(*bytes.get(10)?);
        loop {
            match *bytes.get(at)? {
                0x21 => {
                    let label = *bytes.get(at + 1)?;
                    header.note(label, bytes.get(at + 2..)?);
                    at = after_blocks(bytes, at + 2)?;
                }
                0x2C => {
                    // Some files have a first frame that is larger than the screen, or no screen at all.
                    let frame = |offset: usize, size: usize| {
                        Some(le16(bytes, at + offset)?.saturating_add(le16(bytes, at + size)?))
                    };
                    if header.width == 0 || header.height == 0 {
                        (header.width, header.height) = (frame(1, 5)?, frame(3, 7)?);
                    }
                    return (header.width > 0 && header.height > 0).then_some(header);
                }
                _ => return None,
            }
        }
    }

    fn note(&mut self, label: u8, data: &[u8]) {
        match label {
            0xFE | 0x01 => self.comment = true,
            0xFF if data.get(1..12) == Some(b"XMP DataXMP") => self.xmp = true,
            _ => {}
        }
    }
}

fn palette_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

// Blocks each begin with their length; one of none ends them.
fn after_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
