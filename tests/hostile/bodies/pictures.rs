//! Any bytes yield a clean picture or a refusal: no panic, no more pixels than allowed, and nothing of the upload but its pixels.

use fanpass_pictures::{Limits, clean, inspect};

const LIMITS: Limits = Limits {
    max_pixels: 100_000,
    max_decoded_bytes: 64 * 1024 * 1024,
};

/// `data` as an upload.
pub fn check(data: &[u8]) {
    let inspected = inspect(data, &LIMITS);
    let cleaned = clean(data, &LIMITS, &[64, 16]);
    let (Ok(inspected), Ok(cleaned)) = (inspected, &cleaned) else {
        assert!(cleaned.is_err(), "cleaned without a header");
        return;
    };
    assert!(u64::from(inspected.width) * u64::from(inspected.height) <= LIMITS.max_pixels);
    for (picture, side) in cleaned.pictures.iter().zip([64, 16]) {
        assert!(picture.width.max(picture.height) <= side && picture.width.min(picture.height) > 0);
        let again = inspect(&picture.jpeg, &LIMITS).unwrap();
        assert_eq!((again.width, again.height), (picture.width, picture.height));
        let removed = clean(&picture.jpeg, &LIMITS, &[side]).unwrap().removed;
        assert_eq!(removed, [], "something was left");
    }
}
