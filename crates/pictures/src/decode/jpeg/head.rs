//! What stands before the first scan.

use zune_core::colorspace::ColorSpace;

use crate::{
    container::jpeg::{APP0, APP14, COMMENT, Frame, START_OF_SCAN, Segment, Segments},
    decode::area,
    pixels::Model,
};

/// What decides how a file is decoded.
pub(super) struct Head {
    pub(super) frame: Frame,
    // The first scan has all components.
    interleaved: bool,
    jfif: bool,
    pub(super) adobe_transform: Option<u8>,
}

impl Head {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (mut frame, mut jfif, mut adobe_transform) = (None, false, None);
        for segment in Segments::new(bytes) {
            if !segment.is_whole() {
                return None;
            }
            match segment.marker {
                APP0 => jfif |= segment.data.starts_with(b"JFIF\0"),
                APP14 if segment.data.starts_with(b"Adobe") => adobe_transform = segment.data.get(11).copied(),
                START_OF_SCAN => {
                    let frame: Frame = frame?;
                    let interleaved =
                        segment.data.first().map(|count| usize::from(*count)) == Some(frame.components.len());
                    return Some(Self {
                        frame,
                        interleaved,
                        jfif,
                        adobe_transform,
                    });
                }
                marker if Frame::begins(marker) => {
                    if frame.is_some() {
                        return None;
                    }
                    frame = Some(Frame::read(segment)?);
                }
                _ => {}
            }
        }
        None
    }

    pub(super) fn samples(&self) -> u32 {
        u32::try_from(self.frame.components.len()).unwrap_or(4)
    }

    // As libjpeg decides: JFIF says YCbCr, Adobe says which, else the components' names do.
    fn is_rgb(&self) -> bool {
        let names = self.frame.components.iter().map(|(name, ..)| *name);
        self.samples() == 3
            && !self.jfif
            && self
                .adobe_transform
                .map_or(names.eq(*b"RGB"), |transform| transform == 0)
    }

    pub(super) fn spaces(&self) -> (ColorSpace, Model) {
        match self.samples() {
            1 => (ColorSpace::Luma, Model::Grey),
            3 if self.is_rgb() && self.named_rgb() => (ColorSpace::RGB, Model::Rgb),
            // As it is stored, which is RGB.
            3 if self.is_rgb() => (ColorSpace::YCbCr, Model::Rgb),
            3 => (ColorSpace::RGB, Model::Rgb),
            _ if self.adobe_transform == Some(2) => (ColorSpace::YCCK, Model::Cmyk),
            _ => (ColorSpace::CMYK, Model::Cmyk),
        }
    }

    fn named_rgb(&self) -> bool {
        self.frame.components.iter().map(|(name, ..)| *name).eq(*b"RGB")
    }

    /// What decoding takes, in bytes, beside a copy of the file.
    pub(super) fn memory(&self) -> u64 {
        let parts = &self.frame.components;
        let (width, height) = (u32::from(self.frame.width), u32::from(self.frame.height));
        let (across, down) = parts.iter().fold((1, 1), |(h, v), part| (part.1.max(h), part.2.max(v)));
        let units = |side: u32, factor: u8| u64::from(side.div_ceil(8 * u32::from(factor)));
        let blocks: u64 = parts.iter().map(|(_, h, v)| u64::from(*h) * u64::from(*v)).sum();
        let coefficients = blocks * 64 * 2;
        let mut memory = area(width, height).saturating_mul(u64::from(self.samples()));
        if self.frame.progressive || !self.interleaved {
            // All coefficients, of 16 bits, until the last scan was read.
            memory = memory.saturating_add(units(width, across) * units(height, down) * coefficients);
        }
        // Some rows of blocks, before and after they are sampled up.
        let rows = coefficients + 64 * u64::from(across) * u64::from(down) * 3 * 8;
        memory.saturating_add(units(width, across) * rows)
    }

    /// The file without what says nothing of its pixels: the decoder would keep copies of it, and read some of it otherwise than it
    /// is read here.
    pub(super) fn without_metadata(&self, bytes: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(bytes.len());
        kept.extend_from_slice(bytes.get(..2).unwrap_or_default());
        let mut segments = Segments::new(bytes);
        let mut scan = None;
        for segment in segments.by_ref() {
            // Between scans there is data; before the first whatever lies around is nothing.
            if let Some(from) = scan {
                kept.extend_from_slice(bytes.get(from..segment.start).unwrap_or_default());
            }
            if self.needs(segment) {
                kept.extend_from_slice(bytes.get(segment.start..segment.end).unwrap_or_default());
            }
            if scan.is_some() || segment.marker == START_OF_SCAN {
                scan = Some(segment.end);
            }
        }
        let end = bytes.len() - if segments.ended { segments.rest().len() } else { 0 };
        kept.extend_from_slice(scan.and_then(|from| bytes.get(from..end)).unwrap_or_default());
        kept
    }

    fn needs(&self, segment: Segment<'_>) -> bool {
        match segment.marker {
            // Motion JPEG, which has no tables of its own.
            APP0 => segment.data.starts_with(b"AVI1\0"),
            APP14 => segment.data.starts_with(b"Adobe") && self.adobe_is_understood(),
            0xE0..=0xEF | COMMENT => false,
            _ => true,
        }
    }

    // zune-jpeg takes Adobe's 0 for CMYK and fails for what Adobe never wrote, without a look at how many components there are.
    fn adobe_is_understood(&self) -> bool {
        match self.samples() {
            4 => matches!(self.adobe_transform, Some(0 | 2)),
            _ => self.adobe_transform == Some(1),
        }
    }
}
