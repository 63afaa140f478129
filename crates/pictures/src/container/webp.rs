//! WebP (RFC 9649, section 2): chunks in a RIFF file.

use super::{le16, le32};

/// Walks the chunks: kind and data.
#[derive(Debug, Clone)]
pub(crate) struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Chunks<'a> {
    /// Those after the file's header.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 12 }
    }

    // Those after the header of a frame.
    const fn of_frame(frame: &'a [u8]) -> Self {
        Self { bytes: frame, at: 16 }
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
        let still = |(width, height), alpha| Self {
            width,
            height,
            alpha,
            animated: false,
        };
        let header = match &kind {
            b"VP8 " => still(lossy_size(data)?, false),
            b"VP8L" => still(lossless_size(data)?, le32(data, 1)? >> 28 & 1 == 1),
            b"VP8X" => Self {
                width: number(data, 4)? + 1,
                height: number(data, 7)? + 1,
                alpha: data.first()? & 0x10 != 0,
                animated: data.first()? & 0x02 != 0,
            },
            _ => return None,
        };
        (header.width > 0 && header.height > 0).then_some(header)
    }
}

/// How a picture's pixels are encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Coded<'a> {
    /// VP8.
    Lossy(&'a [u8]),
    /// VP8 with a chunk of opacity.
    LossyWithAlpha(&'a [u8], &'a [u8]),
    /// VP8L.
    Lossless(&'a [u8]),
}

/// What is decoded: the picture, or the first frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) coded: Coded<'a>,
}

impl<'a> Frame<'a> {
    /// Finds it. `None` if there is none, or if it is not as large as it is said to be: the decoder finds that out only when it has
    /// decoded it.
    pub(crate) fn find(bytes: &'a [u8], header: Header) -> Option<Self> {
        let frame = if header.animated {
            Self::first(bytes, header)?
        } else {
            Self {
                width: header.width,
                height: header.height,
                coded: still(bytes, header)?,
            }
        };
        let size = match frame.coded {
            Coded::Lossy(data) | Coded::LossyWithAlpha(data, _) => lossy_size(data)?,
            Coded::Lossless(data) => lossless_size(data)?,
        };
        (size == (frame.width, frame.height)).then_some(frame)
    }

    fn first(bytes: &'a [u8], header: Header) -> Option<Self> {
        let (_, frame) = Chunks::new(bytes).find(|(kind, _)| kind == b"ANMF")?;
        let (left, top) = (2 * number(frame, 0)?, 2 * number(frame, 3)?);
        let (width, height) = (number(frame, 6)? + 1, number(frame, 9)? + 1);
        let mut chunks = Chunks::of_frame(frame);
        let (kind, data) = chunks.next()?;
        let coded = match &kind {
            b"VP8 " => Coded::Lossy(data),
            b"VP8L" => Coded::Lossless(data),
            // What follows it is taken for VP8, whatever it is called.
            b"ALPH" => Coded::LossyWithAlpha(chunks.next()?.1, data),
            _ => return None,
        };
        (left + width <= header.width && top + height <= header.height).then_some(Self { width, height, coded })
    }
}

// The first chunk of each kind counts. A frame of an animation has no place here, and would be taken for the picture.
fn still(bytes: &[u8], header: Header) -> Option<Coded<'_>> {
    let first = |name: &[u8; 4]| Chunks::new(bytes).find(|(kind, _)| kind == name).map(|(_, data)| data);
    match (first(b"VP8 "), first(b"VP8L"), first(b"ANMF")) {
        (Some(data), None, None) if header.alpha => Some(Coded::LossyWithAlpha(data, first(b"ALPH")?)),
        (Some(data), None, None) => Some(Coded::Lossy(data)),
        (None, Some(data), None) => Some(Coded::Lossless(data)),
        _ => None,
    }
}

// Three bytes.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let [low, middle, high] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

fn lossy_size(data: &[u8]) -> Option<(u32, u32)> {
    Some((u32::from(le16(data, 6)? & 0x3FFF), u32::from(le16(data, 8)? & 0x3FFF)))
}

fn lossless_size(data: &[u8]) -> Option<(u32, u32)> {
    let bits = le32(data, 1)?;
    Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
}
