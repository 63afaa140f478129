//! QR codes: black on white in every colour scheme, with a quiet zone.

use std::io::Cursor;

use image::{ImageFormat, Luma};
use qrcode::{
    EcLevel, QrCode,
    render::{svg, unicode},
};

use super::ViewError;

/// Pixels of a module in a PNG: some 600 pixels for a URL of the platform.
const PNG_MODULE: u32 = 16;

/// An SVG element for HTML.
///
/// # Errors
/// If the text is too long for a QR code (about 2 kB).
pub fn svg(text: &str) -> Result<String, ViewError> {
    let document = svg_document(text)?;
    // An XML declaration is not allowed in HTML.
    let element = document.find("<svg").and_then(|start| document.get(start..));
    Ok(element.unwrap_or_default().to_owned())
}

/// An SVG document for a file.
///
/// # Errors
/// As for [`svg()`].
pub fn svg_document(text: &str) -> Result<String, ViewError> {
    let document = code(text)?
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    Ok(document)
}

/// A PNG.
///
/// # Errors
/// As for [`svg()`].
pub fn png(text: &str) -> Result<Vec<u8>, ViewError> {
    let code = code(text)?;
    let picture = code
        .render::<Luma<u8>>()
        .module_dimensions(PNG_MODULE, PNG_MODULE)
        .build();
    let mut file = Cursor::new(Vec::new());
    picture
        .write_to(&mut file, ImageFormat::Png)
        .map_err(ViewError::Picture)?;
    Ok(file.into_inner())
}

/// Lines of block characters for a terminal, for light text on a dark ground and the other way round: scanners read both.
///
/// # Errors
/// As for [`svg()`].
pub fn blocks(text: &str) -> Result<String, ViewError> {
    let code = code(text)?;
    Ok(code.render::<unicode::Dense1x2>().quiet_zone(true).build())
}

fn code(text: &str) -> Result<QrCode, ViewError> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(ViewError::QrCode)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://weixin.qq.com/q/made-up";

    #[test]
    fn it_is_one_svg_element_in_black_on_white() {
        let svg = svg("https://fans.example.com/").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(svg.contains("fill=\"#fff\"") && svg.contains("fill=\"#000\""));
    }

    #[test]
    fn a_png_is_read_back_as_what_was_written() {
        let picture = image::load_from_memory(&png(URL).unwrap()).unwrap().to_luma8();
        let (width, height) = (
            picture.width().try_into().unwrap(),
            picture.height().try_into().unwrap(),
        );
        let bytes = picture.into_raw();
        let mut read = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| bytes[y * width + x]);
        let grids = read.detect_grids();
        assert_eq!((grids.len(), grids[0].decode().unwrap().1.as_str()), (1, URL));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(matches!(svg(&"x".repeat(4000)), Err(ViewError::QrCode(_))));
    }
}
