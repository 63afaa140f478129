use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Frame, MemoryLimit};

use super::area;
use crate::{
    Kind, Limits, Refusal,
    container::gif::Header,
    pixels::{Decoded, Model, Pixels},
};

pub(super) fn header(bytes: &[u8]) -> Option<super::Header> {
    let header = Header::read(bytes)?;
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    // The picture, and the frame's indices, of at most its size.
    let memory = area(width, height).saturating_mul(4).saturating_add(1024 * 1024);
    Some(super::Header {
        kind: Kind::Gif,
        width,
        height,
        decoding_bytes: Some(memory),
        profile_bytes: 0,
    })
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Refusal> {
    let header = Header::read(bytes).ok_or(Refusal::Broken)?;
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    if let Some(limit) = NonZeroU64::new(limits.max_decoded_bytes) {
        options.set_memory_limit(MemoryLimit::Bytes(limit));
    }
    let mut decoder = options.read_info(bytes).map_err(|_| Refusal::Broken)?;
    let frame = decoder
        .next_frame_info()
        .map_err(|_| Refusal::Broken)?
        .ok_or(Refusal::Broken)?
        .clone();
    if area(u32::from(frame.width), u32::from(frame.height)) > area(width, height) {
        return Err(Refusal::Broken);
    }
    // Without one every colour is black.
    let palette = decoder.palette().unwrap_or_default().to_vec();
    let mut indices = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut indices).map_err(|_| Refusal::Broken)?;
    let mut data = vec![255; Pixels::bytes(width, height, Model::Rgb.samples())?];
    paint(
        &frame,
        &indices,
        palette.as_chunks().0,
        usize::from(header.width),
        &mut data,
    );
    Ok(Decoded {
        pixels: Pixels {
            width,
            height,
            model: Model::Rgb,
            data,
        },
        icc: None,
    })
}

// The frame's pixels onto the white screen, as far as they lie on it.
fn paint(frame: &Frame<'_>, indices: &[u8], palette: &[[u8; 3]], columns: usize, screen: &mut [u8]) {
    let (screen, _) = screen.as_chunks_mut::<3>();
    let rows = screen.chunks_exact_mut(columns.max(1)).skip(usize::from(frame.top));
    for (row, line) in rows.zip(indices.chunks_exact(usize::from(frame.width).max(1))) {
        for (pixel, index) in row.iter_mut().skip(usize::from(frame.left)).zip(line) {
            if frame.transparent != Some(*index) {
                *pixel = palette.get(usize::from(*index)).copied().unwrap_or([0; 3]);
            }
        }
    }
}
