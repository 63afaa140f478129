use std::io::Cursor;

use image_webp::WebPDecoder;

use super::{area, profile_bytes};
use crate::{
    Kind, MAX_PROFILE, Refusal,
    container::{
        vp8l,
        webp::{Chunks, Coded, Frame, Header},
    },
    pixels::{Decoded, Model, Pixels, on_white},
};

// Of probabilities, and of the rows above.
const TABLES_BYTES: u64 = 1024 * 1024;

pub(super) fn header(bytes: &[u8]) -> Option<super::Header> {
    let header = Header::read(bytes)?;
    let profile = Chunks::new(bytes).find(|(kind, _)| kind == b"ICCP");
    Some(super::Header {
        kind: Kind::Webp,
        width: header.width,
        height: header.height,
        decoding_bytes: Frame::find(bytes, header).and_then(|frame| memory(header, frame)),
        profile_bytes: profile.map_or(0, |(_, icc)| profile_bytes(icc.len())),
    })
}

// What comes out, and beside it first what the frame is decoded from, then the frame on the canvas of an animation.
fn memory(header: Header, frame: Frame<'_>) -> Option<u64> {
    let canvas = area(header.width, header.height);
    let out = canvas.saturating_mul(if header.alpha { 4 } else { 3 });
    let decoding = decoding_bytes(header, frame)?;
    let beside = if header.animated {
        let samples = if matches!(frame.coded, Coded::Lossy(_)) { 3 } else { 4 };
        let pixels = area(frame.width, frame.height).saturating_mul(samples);
        pixels.saturating_add(decoding.max(canvas.saturating_mul(4)))
    } else {
        decoding
    };
    Some(out.saturating_add(beside).saturating_add(TABLES_BYTES))
}

// Beside the frame's pixels in their last form.
fn decoding_bytes(header: Header, frame: Frame<'_>) -> Option<u64> {
    let Frame { width, height, coded } = frame;
    let pixels = area(width, height);
    let lossless = |stream| vp8l::working_bytes(stream, width, height);
    // Three planes of blocks, two of them of a quarter, and the data twice.
    let lossy = |data: &[u8]| {
        let blocks = area(width.div_ceil(16), height.div_ceil(16));
        let data = u64::try_from(data.len()).unwrap_or(u64::MAX);
        blocks.saturating_mul(256 + 128).saturating_add(data.saturating_mul(2))
    };
    Some(match coded {
        Coded::Lossy(data) => lossy(data),
        // Opacity is one sample a pixel, in the end or from the beginning.
        Coded::LossyWithAlpha(data, alpha) => {
            let (kind, stream) = alpha.split_first()?;
            let alpha = match kind & 3 {
                0 => pixels,
                1 => pixels.saturating_mul(4 + 1).saturating_add(lossless(stream)?),
                _ => return None,
            };
            lossy(data).saturating_add(alpha)
        }
        // It is decoded with its opacity, in place where that is what is asked for.
        Coded::Lossless(data) => {
            let with_alpha = header.alpha || header.animated;
            let own = if with_alpha { 0 } else { pixels.saturating_mul(4) };
            lossless(data.get(5..)?)?.saturating_add(own)
        }
    })
}

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let header = Header::read(bytes).ok_or(Refusal::Broken)?;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_| Refusal::Broken)?;
    // Of what is not pixels.
    decoder.set_memory_limit(MAX_PROFILE);
    let (width, height) = decoder.dimensions();
    let as_reckoned = (width, height) == (header.width, header.height)
        && decoder.has_alpha() == header.alpha
        && decoder.is_animated() == header.animated;
    if !as_reckoned {
        return Err(Refusal::Broken);
    }
    let mut data = vec![0; decoder.output_buffer_size().ok_or(Refusal::TooLargeDecoded)?];
    decoder.read_image(&mut data).map_err(|_| Refusal::Broken)?;
    if decoder.has_alpha() {
        flatten(&mut data);
    }
    if data.len() != Pixels::bytes(width, height, Model::Rgb.samples())? {
        return Err(Refusal::Broken);
    }
    Ok(Decoded {
        pixels: Pixels {
            width,
            height,
            model: Model::Rgb,
            data,
        },
        // A profile that cannot be had is passed over.
        icc: decoder.icc_profile().ok().flatten(),
    })
}

// In place, since a second picture is what memory has no room for.
fn flatten(data: &mut Vec<u8>) {
    let pixels = data.len() / 4;
    for index in 0..pixels {
        if let Some([red, green, blue, alpha]) = data.get(index * 4..).and_then(|rest| rest.first_chunk().copied())
            && let Some(to) = data.get_mut(index * 3..).and_then(|rest| rest.first_chunk_mut())
        {
            *to = [red, green, blue].map(|sample| on_white(sample, alpha));
        }
    }
    data.truncate(pixels * 3);
}
