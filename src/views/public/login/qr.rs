use qrcode::{EcLevel, QrCode, render::svg};

use crate::views::ViewError;

/// A QR code as an SVG element for HTML: black on white in every colour scheme, with a quiet zone.
///
/// # Errors
/// If the text is too long for a QR code (about 2 kB).
pub(super) fn svg(text: &str) -> Result<String, ViewError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(ViewError::QrCode)?;
    let document = code
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // An XML declaration is not allowed in HTML.
    let element = document.find("<svg").and_then(|start| document.get(start..));
    Ok(element.unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_svg_element_in_black_on_white() {
        let svg = svg("https://fans.example.com/").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(svg.contains("fill=\"#fff\"") && svg.contains("fill=\"#000\""));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(matches!(svg(&"x".repeat(4000)), Err(ViewError::QrCode(_))));
    }
}
