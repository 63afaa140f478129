//! The crate from outside: what goes in and what comes out.

#![expect(clippy::unwrap_used, reason = "helpers of tests are not recognised as tests")]

use fanpass_pictures::{Kind, Limits, Refusal, clean, inspect};
use jpeg_encoder::{ColorType, Encoder};

const LIMITS: Limits = Limits {
    max_pixels: 50_000_000,
    max_decoded_bytes: 256 * 1024 * 1024,
};

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let rows = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x.to_le_bytes()[0], y.to_le_bytes()[0], 90]));
    let mut file = Vec::new();
    let pixels: Vec<u8> = rows.collect();
    Encoder::new(&mut file, 90)
        .encode(&pixels, width, height, ColorType::Rgb)
        .unwrap();
    file
}

#[test]
fn a_picture_comes_out_in_each_size_asked_for() {
    let upload = jpeg(2000, 1000);
    let inspected = inspect(&upload, &LIMITS).unwrap();
    assert_eq!(
        (inspected.kind, inspected.width, inspected.height),
        (Kind::Jpeg, 2000, 1000)
    );
    let cleaned = clean(&upload, &LIMITS, &[1600, 320]).unwrap();
    let sizes: Vec<_> = cleaned
        .pictures
        .iter()
        .map(|picture| (picture.width, picture.height))
        .collect();
    assert_eq!(sizes, [(1600, 800), (320, 160)]);
    for picture in &cleaned.pictures {
        let inspected = inspect(&picture.jpeg, &LIMITS).unwrap();
        assert_eq!((inspected.width, inspected.height), (picture.width, picture.height));
    }
    assert_eq!(cleaned.removed, []);
}

#[test]
fn a_small_picture_is_not_enlarged() {
    let cleaned = clean(&jpeg(100, 50), &LIMITS, &[1600, 320]).unwrap();
    assert!(
        cleaned
            .pictures
            .iter()
            .all(|picture| (picture.width, picture.height) == (100, 50))
    );
}

#[test]
fn a_picture_over_the_limits_is_refused_by_its_header() {
    let few = Limits {
        max_pixels: 4999,
        ..LIMITS
    };
    let refused = Refusal::TooManyPixels {
        pixels: 5000,
        max: 4999,
    };
    assert_eq!(inspect(&jpeg(100, 50), &few).unwrap_err(), refused);
    assert_eq!(clean(&jpeg(100, 50), &few, &[320]).unwrap_err(), refused);
}
