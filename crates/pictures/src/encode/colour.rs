//! From the colours of a file to sRGB.

use moxcms::{ColorProfile, DataColorSpace, Layout, ParsingOptions, TransformOptions};

use crate::{
    MAX_PROFILE, MAX_PROFILE_OF_RGB, Refusal,
    pixels::{Model, Pixels},
};

/// The picture in sRGB; grey stays one sample a pixel where no profile makes colour of it.
///
/// # Errors
/// [`Refusal`]: there are more samples than can be addressed.
pub(crate) fn to_srgb(pixels: Pixels, icc: Option<&[u8]>) -> Result<Pixels, Refusal> {
    let rgb = Pixels::bytes(pixels.width, pixels.height, Model::Rgb.samples())?;
    if let Some(data) = icc.and_then(|icc| by_profile(&pixels, icc, rgb)) {
        return Ok(Pixels {
            width: pixels.width,
            height: pixels.height,
            model: Model::Rgb,
            data,
        });
    }
    Ok(match pixels.model {
        Model::Grey | Model::Rgb => pixels,
        Model::Cmyk => by_subtraction(&pixels),
    })
}

// A profile that is damaged, or of another kind than the picture, is passed over.
fn by_profile(pixels: &Pixels, icc: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let max = if pixels.model == Model::Cmyk {
        MAX_PROFILE
    } else {
        MAX_PROFILE_OF_RGB
    };
    let options = ParsingOptions {
        max_profile_size: max,
        max_allowed_clut_size: max,
        ..ParsingOptions::default()
    };
    let profile = ColorProfile::new_from_slice_with_options(icc, options).ok()?;
    let (layout, space) = match pixels.model {
        Model::Grey => (Layout::Gray, DataColorSpace::Gray),
        Model::Rgb => (Layout::Rgb, DataColorSpace::Rgb),
        Model::Cmyk => (Layout::Rgba, DataColorSpace::Cmyk),
    };
    if profile.color_space != space {
        return None;
    }
    let transform = profile
        .create_transform_8bit(
            layout,
            &ColorProfile::new_srgb(),
            Layout::Rgb,
            TransformOptions::default(),
        )
        .ok()?;
    let mut data = vec![0; bytes];
    transform.transform(&pixels.data, &mut data).ok()?;
    Some(data)
}

// Without a profile ink is what it takes away from white.
fn by_subtraction(pixels: &Pixels) -> Pixels {
    let (inks, _) = pixels.data.as_chunks::<4>();
    let data = inks
        .iter()
        .flat_map(|[cyan, magenta, yellow, black]| {
            let light = 255 - u32::from(*black);
            [cyan, magenta, yellow]
                .map(|ink| u8::try_from(((255 - u32::from(*ink)) * light + 127) / 255).unwrap_or(u8::MAX))
        })
        .collect();
    Pixels {
        width: pixels.width,
        height: pixels.height,
        model: Model::Rgb,
        data,
    }
}
