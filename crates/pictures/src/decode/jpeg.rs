mod head;

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::Header;
use crate::{
    Kind, Refusal,
    container::jpeg::{START_OF_SCAN, Segments},
    metadata,
    pixels::{Decoded, Model, Pixels},
};
use head::Head;

// Ten are usual, and libjpeg-turbo's own fuzzing refuses more than five hundred.
const MAX_SCANS: usize = 64;

pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let head = Head::read(bytes)?;
    let copy = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let profile = metadata::icc_of_jpeg(bytes).map_or(0, |icc| icc.len());
    Some(Header {
        kind: Kind::Jpeg,
        width: u32::from(head.frame.width),
        height: u32::from(head.frame.height),
        decoding_bytes: Some(head.memory().saturating_add(copy)),
        profile_bytes: u64::try_from(profile).unwrap_or(u64::MAX),
    })
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
    let kept = head.without_metadata(bytes);
    let mut data = decode_to(&head, &kept, space, false)?;
    let (width, height) = (u32::from(head.frame.width), u32::from(head.frame.height));
    // A picture may be as grey as this: the decoder is asked again, and gives up at what it passed over before.
    if mostly_missing(&data, usize::from(head.frame.height)) {
        drop(data);
        if !segments.ended {
            return Err(Refusal::Broken);
        }
        data = decode_to(&head, &kept, space, true)?;
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
        icc: metadata::icc_of_jpeg(bytes),
    })
}

fn decode_to(head: &Head, bytes: &[u8], space: ColorSpace, strict: bool) -> Result<Vec<u8>, Refusal> {
    let (width, height) = (usize::from(head.frame.width), usize::from(head.frame.height));
    let options = DecoderOptions::default()
        .set_strict_mode(strict)
        .set_max_width(width)
        .set_max_height(height)
        .jpeg_set_max_scans(MAX_SCANS)
        .jpeg_set_out_colorspace(space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| Refusal::Broken)?;
    // What was found to be within the limits is what is decoded.
    let as_reckoned = decoder.info().is_some_and(|info| {
        usize::from(info.components) == head.frame.components.len()
            && info.sof.is_sequential_dct() != head.frame.progressive
    });
    if decoder.dimensions() != Some((width, height)) || !as_reckoned {
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
