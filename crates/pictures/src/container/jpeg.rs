//! JPEG (ITU-T T.81 annex B): markers, each with a segment but for a few, and entropy-coded data after each start of scan.

use super::be16;

pub(crate) const APP0: u8 = 0xE0;
pub(crate) const APP1: u8 = 0xE1;
pub(crate) const APP2: u8 = 0xE2;
pub(crate) const APP13: u8 = 0xED;
pub(crate) const APP14: u8 = 0xEE;
pub(crate) const COMMENT: u8 = 0xFE;
pub(crate) const START_OF_SCAN: u8 = 0xDA;
const QUANTIZATION_TABLES: u8 = 0xDB;
const HUFFMAN_TABLES: u8 = 0xC4;
const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;

/// One marker with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment<'a> {
    pub(crate) marker: u8,
    pub(crate) data: &'a [u8],
    /// Where its marker stands in the file.
    pub(crate) start: usize,
    /// The first byte after its data.
    pub(crate) end: usize,
}

impl Segment<'_> {
    /// Whether tables fill it to its end. What is left over some decoders take for the next marker.
    pub(crate) fn is_whole(&self) -> bool {
        let mut rest = self.data;
        while !rest.is_empty() {
            let table = match self.marker {
                QUANTIZATION_TABLES => {
                    1 + if rest.first().is_some_and(|kind| kind >> 4 == 0) {
                        64
                    } else {
                        128
                    }
                }
                HUFFMAN_TABLES => {
                    let counts = rest.get(1..17).unwrap_or_default();
                    17 + counts.iter().map(|count| usize::from(*count)).sum::<usize>()
                }
                _ => return true,
            };
            match rest.get(table..) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        true
    }
}

/// Walks a file from its first marker to the end of the picture, over all scans.
#[derive(Debug, Clone)]
pub(crate) struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether the end of the picture was there.
    pub(crate) ended: bool,
}

impl<'a> Segments<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 2,
            ended: false,
        }
    }

    /// What follows the picture, once it was walked to its end.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    // The next marker, over padding and entropy-coded data (where 0xFF is followed by 0, and restarts have no segment).
    fn marker(&mut self) -> Option<u8> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += memchr::memchr(0xFF, rest)? + 1;
            match *self.bytes.get(self.at)? {
                0xFF => {}
                0 | 0x01 | 0xD0..=0xD7 | START_OF_IMAGE => self.at += 1,
                marker => {
                    self.at += 1;
                    return Some(marker);
                }
            }
        }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let marker = self.marker()?;
        if marker == END_OF_IMAGE {
            self.ended = true;
            return None;
        }
        let start = self.at.checked_sub(2)?;
        let length = usize::from(be16(self.bytes, self.at)?);
        let end = self.at.checked_add(length.max(2))?;
        let data = self.bytes.get(self.at + 2..end)?;
        self.at = end;
        Some(Segment {
            marker,
            data,
            start,
            end,
        })
    }
}

/// A start of frame.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) progressive: bool,
    /// Of each component: its name, and how often it is sampled across and down.
    pub(crate) components: Vec<(u8, u8, u8)>,
}

impl Frame {
    /// Reads one that the decoder knows: baseline, extended or progressive, Huffman-coded, eight bits, one, three or four
    /// components.
    pub(crate) fn read(segment: Segment<'_>) -> Option<Self> {
        let progressive = match segment.marker {
            0xC0 | 0xC1 => false,
            0xC2 => true,
            _ => return None,
        };
        let [precision, rest @ ..] = segment.data else {
            return None;
        };
        let (height, width, count) = (be16(rest, 0)?, be16(rest, 2)?, *rest.get(4)?);
        let (components, _) = rest.get(5..)?.as_chunks::<3>();
        let readable = *precision == 8 && width > 0 && height > 0 && matches!(count, 1 | 3 | 4);
        if !readable || components.len() != usize::from(count) {
            return None;
        }
        let components = components
            .iter()
            .map(|[id, sampling, _]| (*id, sampling >> 4, sampling & 15))
            .collect();
        Some(Self {
            width,
            height,
            progressive,
            components,
        })
    }

    /// Whether the segment begins a frame of any kind.
    pub(crate) const fn begins(marker: u8) -> bool {
        matches!(marker, 0xC0..=0xCF if marker != 0xC4 && marker != 0xC8 && marker != 0xCC)
    }
}
