use fanpass_pictures::{Kind, Limits, Refusal, clean, inspect};

use crate::{LIMITS, make::jpeg};

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

#[test]
fn what_is_cut_off_is_refused_or_keeps_its_size() {
    let whole = jpeg(400, 300);
    for length in (0..whole.len()).step_by(97) {
        if let Ok(cleaned) = clean(&whole[..length], &LIMITS, &[1600]) {
            assert_eq!((cleaned.pictures[0].width, cleaned.pictures[0].height), (400, 300));
            assert!(
                length > whole.len() / 3,
                "most of it is missing: {length} of {}",
                whole.len()
            );
        }
    }
}
