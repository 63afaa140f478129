use std::borrow::Cow;

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::area;
use crate::{
    Refusal,
    container::jpeg::{APP0, APP14, Frame, START_OF_SCAN, Segments},
    pixels::{Decoded, Model, Pixels},
};

// Ten are usual, and libjpeg-turbo's own fuzzing refuses more than five hundred.
const MAX_SCANS: usize = 64;

// What stands before the first scan.
struct Head {
    frame: Frame,
    // The first scan has all components.
    interleaved: bool,
    jfif: bool,
    adobe_transform: Option<u8>,
    // Adobe's segment is too short to say anything.
    short_adobe: bool,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (mut frame, mut jfif, mut adobe_transform, mut short_adobe) = (None, false, None, false);
        for segment in Segments::new(bytes) {
            match segment.marker {
                APP0 => jfif |= segment.data.starts_with(b"JFIF\0"),
                APP14 if segment.data.starts_with(b"Adobe") => {
                    adobe_transform = segment.data.get(11).copied();
                    short_adobe |= adobe_transform.is_none();
                }
                START_OF_SCAN => {
                    let frame: Frame = frame?;
                    let interleaved =
                        segment.data.first().map(|count| usize::from(*count)) == Some(frame.components.len());
                    return Some(Self {
                        frame,
                        interleaved,
                        jfif,
                        adobe_transform,
                        short_adobe,
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

    fn samples(&self) -> u32 {
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

    // zune-jpeg takes Adobe's 0 for CMYK and fails for what Adobe never wrote, without a look at how many components there are.
    fn misleads(&self) -> bool {
        match (self.samples(), self.adobe_transform) {
            (4, Some(transform)) => !matches!(transform, 0 | 2),
            (_, Some(transform)) => transform != 1,
            (_, None) => self.short_adobe,
        }
    }

    fn spaces(&self) -> (ColorSpace, Model) {
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
}

pub(super) fn header(bytes: &[u8]) -> Option<(u32, u32, u64)> {
    let head = Head::read(bytes)?;
    let (width, height) = (u32::from(head.frame.width), u32::from(head.frame.height));
    let mut memory = area(width, height).saturating_mul(u64::from(head.samples()));
    let (across, down) = head
        .frame
        .components
        .iter()
        .fold((1, 1), |(h, v), part| (part.1.max(h), part.2.max(v)));
    let units = |side: u32, factor: u8| u64::from(side.div_ceil(8 * u32::from(factor)));
    let blocks: u64 = head
        .frame
        .components
        .iter()
        .map(|(_, h, v)| u64::from(*h) * u64::from(*v))
        .sum();
    let coefficients = blocks * 64 * 2;
    if head.frame.progressive || !head.interleaved {
        // All coefficients, of 16 bits, until the last scan was read.
        memory = memory.saturating_add(units(width, across) * units(height, down) * coefficients);
    }
    // Some rows of blocks, before and after they are sampled up.
    memory =
        memory.saturating_add(units(width, across) * (coefficients + 64 * u64::from(across) * u64::from(down) * 3 * 8));
    if head.misleads() {
        memory = memory.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }
    Some((width, height, memory))
}

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let head = Head::read(bytes).ok_or(Refusal::Broken)?;
    let mut segments = Segments::new(bytes);
    let scans = segments
        .by_ref()
        .filter(|segment| segment.marker == START_OF_SCAN)
        .count();
    if scans > MAX_SCANS {
        return Err(Refusal::Broken);
    }
    let (space, model) = head.spaces();
    let mut data = decode_to(&head, bytes, space, false)?;
    let (width, height) = (u32::from(head.frame.width), u32::from(head.frame.height));
    // A picture may be as grey as this: the decoder is asked again, and gives up at what it passed over before.
    if mostly_missing(&data, usize::from(head.frame.height)) {
        drop(data);
        if !segments.ended {
            return Err(Refusal::Broken);
        }
        data = decode_to(&head, bytes, space, true)?;
    }
    if model == Model::Cmyk {
        to_ink(&mut data, space, head.adobe_transform.is_some());
    }
    Ok(Decoded {
        pixels: Pixels {
            width,
            height,
            model,
            data,
        },
        icc: crate::metadata::icc_of_jpeg(bytes),
    })
}

fn decode_to(head: &Head, bytes: &[u8], space: ColorSpace, strict: bool) -> Result<Vec<u8>, Refusal> {
    let bytes = if head.misleads() {
        without_adobe(bytes)
    } else {
        Cow::Borrowed(bytes)
    };
    let (width, height) = (usize::from(head.frame.width), usize::from(head.frame.height));
    let options = DecoderOptions::default()
        .set_strict_mode(strict)
        .set_max_width(width)
        .set_max_height(height)
        .jpeg_set_max_scans(MAX_SCANS)
        .jpeg_set_out_colorspace(space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes.as_ref()), options);
    decoder.decode_headers().map_err(|_| Refusal::Broken)?;
    // What was found to be within the limits is what is decoded.
    if decoder.dimensions() != Some((width, height)) {
        return Err(Refusal::Broken);
    }
    let size = Pixels::bytes(
        u32::from(head.frame.width),
        u32::from(head.frame.height),
        head.samples(),
    )?;
    if decoder.output_buffer_size() != Some(size) {
        return Err(Refusal::Broken);
    }
    let mut data = vec![0; size];
    decoder.decode_into(&mut data).map_err(|_| Refusal::Broken)?;
    Ok(data)
}

fn without_adobe(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for segment in Segments::new(bytes).take_while(|segment| segment.marker != START_OF_SCAN) {
        if segment.marker == APP14 {
            kept.extend_from_slice(bytes.get(from..segment.start).unwrap_or_default());
            from = segment.end;
        }
    }
    kept.extend_from_slice(bytes.get(from..).unwrap_or_default());
    Cow::Owned(kept)
}

// What never came is left at a middling grey by the decoder.
fn mostly_missing(data: &[u8], rows: usize) -> bool {
    let row = data.len() / rows.max(1);
    let missing = data
        .chunks_exact(row.max(1))
        .rev()
        .take_while(|row| row.iter().all(|sample| *sample == 128))
        .count();
    missing > rows / 2
}

// Adobe stores ink the other way around, and YCCK is a transformation of that.
fn to_ink(data: &mut [u8], space: ColorSpace, inverted: bool) {
    let (pixels, _) = data.as_chunks_mut::<4>();
    for pixel in pixels {
        if space == ColorSpace::YCCK {
            let [y, cb, cr, k] = *pixel;
            let [cyan, magenta, yellow] = rgb_of(y, cb, cr);
            *pixel = [cyan, magenta, yellow, 255 - k];
        } else if inverted {
            *pixel = pixel.map(|ink| 255 - ink);
        }
    }
}

// JFIF's formulas, in 1/65,536.
fn rgb_of(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    [y + 91_881 * cr, y - 22_554 * cb - 46_802 * cr, y + 116_130 * cb]
        .map(|value| u8::try_from(((value + 32_768) >> 16).clamp(0, 255)).unwrap_or(u8::MAX))
}
