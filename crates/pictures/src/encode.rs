//! From decoded pixels to the files that are kept.

mod colour;

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use crate::{
    Encoded, LARGEST, Refusal,
    orientation::Orientation,
    pixels::{Decoded, Model, Pixels},
    resize,
};

// As sharp and most photo sites have it.
const QUALITY: u8 = 80;

// Below this side colours are kept as sharp as brightness: it costs little, and icons need it.
const SMALL: u32 = 128;

/// The picture in each of the sizes, in their order.
///
/// # Errors
/// [`Refusal::Broken`]: its samples do not fill it.
pub(crate) fn in_sizes(
    decoded: Decoded,
    orientation: Orientation,
    long_sides: &[u32],
) -> Result<Vec<Encoded>, Refusal> {
    let Decoded { pixels, icc } = decoded;
    let largest = long_sides.iter().copied().max().unwrap_or(1).clamp(1, LARGEST);
    // Smaller first: what follows has the fewer pixels to turn and to convert.
    let (width, height) = resize::fit(pixels.width, pixels.height, largest);
    let large = if (width, height) == (pixels.width, pixels.height) {
        pixels
    } else {
        shrink(pixels, width, height)?
    };
    let large = orientation.apply(colour::to_srgb(large, icc.as_deref())?)?;
    long_sides
        .iter()
        .map(|long_side| {
            let (width, height) = resize::fit(large.width, large.height, (*long_side).max(1));
            if (width, height) == (large.width, large.height) {
                return jpeg(&large);
            }
            jpeg(&resize::to(&large, width, height)?)
        })
        .collect()
}

// It takes the large picture and frees it.
fn shrink(pixels: Pixels, width: u32, height: u32) -> Result<Pixels, Refusal> {
    resize::to(&pixels, width, height)
}

fn jpeg(pixels: &Pixels) -> Result<Encoded, Refusal> {
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_| Refusal::Broken);
    let (width, height) = (side(pixels.width)?, side(pixels.height)?);
    let color = if pixels.model == Model::Grey {
        ColorType::Luma
    } else {
        ColorType::Rgb
    };
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    let is_small = pixels.width.max(pixels.height) < SMALL;
    encoder.set_sampling_factor(if is_small {
        SamplingFactor::F_1_1
    } else {
        SamplingFactor::F_2_2
    });
    // The default takes one colour of four, which leaves jagged edges.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    encoder
        .encode(&pixels.data, width, height, color)
        .map_err(|_| Refusal::Broken)?;
    Ok(Encoded {
        jpeg,
        width: pixels.width,
        height: pixels.height,
    })
}
