use std::io::Cursor;

use image_webp::WebPDecoder;

use super::area;
use crate::{
    Limits, Refusal,
    container::webp::Header,
    pixels::{Decoded, Model, Pixels, on_white},
};

pub(super) fn header(bytes: &[u8]) -> Option<(u32, u32, u64)> {
    let header = Header::read(bytes)?;
    let a_pixel = match (header.animated, header.alpha) {
        // The canvas, the frame on it, what the frame is decoded from, and what comes out.
        (true, _) => 16,
        (false, true) => 11,
        (false, false) => 7,
    };
    let memory = area(header.width, header.height)
        .saturating_mul(a_pixel)
        .saturating_add(2 * 1024 * 1024);
    Some((header.width, header.height, memory))
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Refusal> {
    let header = Header::read(bytes).ok_or(Refusal::Broken)?;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_| Refusal::Broken)?;
    decoder.set_memory_limit(usize::try_from(limits.max_decoded_bytes).unwrap_or(usize::MAX));
    let (width, height) = decoder.dimensions();
    if (width, height) != (header.width, header.height) {
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
