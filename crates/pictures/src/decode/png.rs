use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, InterlaceInfo, Limits as DecoderLimits, Reader, Transformations};

use super::{area, profile_bytes};
use crate::{
    Kind, Limits, MAX_PROFILE_OF_RGB, Refusal,
    container::png::{Chunks, Header},
    pixels::{Decoded, Model, Pixels, on_white},
};

// What the decoder keeps beside rows and a profile: windows of zlib.
const DECODER_BYTES: u64 = 1024 * 1024;

// A profile of twice the size of one that is used is unpacked and passed over.
const PROFILE_BYTES: u64 = 4 * 1024 * 1024;

pub(super) fn header(bytes: &[u8]) -> Option<super::Header> {
    let header = Header::read(bytes)?;
    let samples = if header.is_grey() { 1 } else { 3 };
    let mut memory = area(header.width, header.height).saturating_mul(samples);
    if header.interlaced {
        memory = memory.saturating_add(header.row_bytes().saturating_mul(u64::from(header.height)));
    }
    // The row before, this one, and what becomes of it.
    memory = memory
        .saturating_add(header.row_bytes().saturating_mul(4))
        .saturating_add(DECODER_BYTES + PROFILE_BYTES);
    let has_profile = Chunks::new(bytes)
        .take_while(|(kind, _)| kind != b"IDAT")
        .any(|(kind, _)| &kind == b"iCCP");
    Some(super::Header {
        kind: Kind::Png,
        width: header.width,
        height: header.height,
        decoding_bytes: Some(memory),
        // How large it is shows when it was unpacked.
        profile_bytes: if has_profile {
            profile_bytes(MAX_PROFILE_OF_RGB)
        } else {
            0
        },
    })
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Refusal> {
    let header = Header::read(bytes).ok_or(Refusal::Broken)?;
    // Rows, and what a profile unpacks to.
    let limit = header
        .row_bytes()
        .saturating_add(PROFILE_BYTES / 2)
        .min(limits.max_decoded_bytes);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), DecoderLimits { bytes: limit });
    // They unpack to a thousand times their size, and nobody reads them.
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|_| Refusal::Broken)?;
    let (width, height) = reader.info().size();
    if (width, height) != (header.width, header.height) {
        return Err(Refusal::Broken);
    }
    let rows = Rows::of(&reader)?;
    let model = if rows.grey { Model::Grey } else { Model::Rgb };
    let mut data = Vec::with_capacity(Pixels::bytes(width, height, model.samples())?);
    if header.interlaced {
        let mut whole = vec![0; reader.output_buffer_size().ok_or(Refusal::TooLargeDecoded)?];
        interlaced(&mut reader, &mut whole)?;
        // Row by row: what narrows and flattens them makes copies.
        let stride = reader.output_line_size(width).ok_or(Refusal::TooLargeDecoded)?;
        whole
            .chunks_exact(stride.max(1))
            .for_each(|row| rows.append(row, &mut data));
    } else {
        while let Some(row) = reader.next_row().map_err(|_| Refusal::Broken)? {
            rows.append(row.data(), &mut data);
            if data.len() == data.capacity() {
                break;
            }
        }
    }
    if data.len() != Pixels::bytes(width, height, model.samples())? {
        return Err(Refusal::Broken);
    }
    let icc = reader.info().icc_profile.as_ref().map(|icc| icc.to_vec());
    Ok(Decoded {
        pixels: Pixels {
            width,
            height,
            model,
            data,
        },
        icc,
    })
}

// Each row of each pass, and no look at what follows the last: that may unpack for minutes.
fn interlaced(reader: &mut Reader<Cursor<&[u8]>>, whole: &mut [u8]) -> Result<(), Refusal> {
    let (width, height) = reader.info().size();
    let (colour, depth) = reader.output_color_type();
    let bits = u8::try_from(colour.samples())
        .map_err(|_| Refusal::Broken)?
        .saturating_mul(match depth {
            BitDepth::Sixteen => 16,
            _ => 8,
        });
    let stride = reader.output_line_size(width).ok_or(Refusal::TooLargeDecoded)?;
    for _ in 0..rows_of_passes(width, height) {
        let row = reader
            .next_interlaced_row()
            .map_err(|_| Refusal::Broken)?
            .ok_or(Refusal::Broken)?;
        let InterlaceInfo::Adam7(pass) = row.interlace() else {
            return Err(Refusal::Broken);
        };
        png::expand_interlaced_row(whole, stride, row.data(), pass, bits);
    }
    Ok(())
}

// Of each of Adam7's passes: its first column and row, and the steps to the next.
const PASSES: [[u32; 4]; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

// A pass without columns has no rows.
fn rows_of_passes(width: u32, height: u32) -> u32 {
    let with_columns = PASSES.iter().filter(|[column, ..]| *column < width);
    with_columns
        .map(|[_, row, _, step]| height.saturating_sub(*row).div_ceil(*step))
        .sum()
}

// What the rows consist of.
#[derive(Clone, Copy)]
struct Rows {
    grey: bool,
    alpha: bool,
    wide: bool,
}

impl Rows {
    fn of(reader: &Reader<Cursor<&[u8]>>) -> Result<Self, Refusal> {
        let (colour, depth) = reader.output_color_type();
        let wide = match depth {
            BitDepth::Eight => false,
            BitDepth::Sixteen => true,
            _ => return Err(Refusal::Broken),
        };
        let (grey, alpha) = match colour {
            ColorType::Grayscale => (true, false),
            ColorType::GrayscaleAlpha => (true, true),
            ColorType::Rgb => (false, false),
            ColorType::Rgba => (false, true),
            ColorType::Indexed => return Err(Refusal::Broken),
        };
        Ok(Self { grey, alpha, wide })
    }

    fn append(self, row: &[u8], data: &mut Vec<u8>) {
        let narrowed: Vec<u8>;
        let row = if self.wide {
            narrowed = row.as_chunks::<2>().0.iter().map(|sample| narrow(*sample)).collect();
            &narrowed
        } else {
            row
        };
        match (self.grey, self.alpha) {
            (_, false) => data.extend_from_slice(row),
            (true, true) => data.extend(row.as_chunks().0.iter().map(|[grey, alpha]| on_white(*grey, *alpha))),
            (false, true) => {
                let (pixels, _) = row.as_chunks();
                data.extend(
                    pixels.iter().flat_map(|[red, green, blue, alpha]| {
                        [red, green, blue].map(|sample| on_white(*sample, *alpha))
                    }),
                );
            }
        }
    }
}

// Sixteen bits to eight, rounded.
fn narrow(sample: [u8; 2]) -> u8 {
    let scaled = (u32::from(u16::from_be_bytes(sample)) * 255 + 32_767) / 65_535;
    u8::try_from(scaled).unwrap_or(u8::MAX)
}
