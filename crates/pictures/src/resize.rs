//! Making a picture smaller.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

use crate::{
    Refusal,
    pixels::{Model, Pixels},
};

/// The sides of a picture whose longer one is at most that many pixels; never larger than it is.
pub(crate) fn fit(width: u32, height: u32, long_side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= long_side {
        return (width, height);
    }
    let scaled = |side: u32| {
        let rounded = (u64::from(side) * u64::from(long_side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(long_side).max(1)
    };
    (scaled(width), scaled(height))
}

/// The picture in that size.
///
/// # Errors
/// [`Refusal::Broken`]: its samples do not fill it.
pub(crate) fn to(source: &Pixels, width: u32, height: u32) -> Result<Pixels, Refusal> {
    let of = match source.model {
        Model::Grey => PixelType::U8,
        Model::Rgb => PixelType::U8x3,
        Model::Cmyk => PixelType::U8x4,
    };
    let from = ImageRef::new(source.width, source.height, &source.data, of).map_err(|_| Refusal::Broken)?;
    let mut image = Image::new(width, height, of);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter(source, width)))
        // The fourth sample of a CMYK picture is ink.
        .use_alpha(false);
    Resizer::new()
        .resize(&from, &mut image, &options)
        .map_err(|_| Refusal::Broken)?;
    Ok(Pixels {
        width,
        height,
        model: source.model,
        data: image.into_vec(),
    })
}

// Far down, a filter a third as wide does as well: many pixels become one in any case.
fn filter(source: &Pixels, width: u32) -> FilterType {
    if source.width / width.max(1) >= 3 {
        FilterType::Hamming
    } else {
        FilterType::Lanczos3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_side_fits_and_nothing_is_enlarged() {
        assert_eq!(fit(4000, 3000, 1600), (1600, 1200));
        assert_eq!(fit(3000, 4000, 1600), (1200, 1600));
        assert_eq!(fit(1600, 1600, 1600), (1600, 1600));
        assert_eq!(fit(10, 20, 320), (10, 20));
        assert_eq!(fit(65_535, 1, 320), (320, 1));
    }
}
