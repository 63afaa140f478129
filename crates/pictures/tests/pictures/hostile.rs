//! Damaged pictures: whatever becomes of them, it is an answer.

use fanpass_pictures::{Limits, clean, inspect};
use proptest::{collection, prelude::*};

use crate::make::{canvas, chunk, groups_of_codes, jpeg, lossy, png, progressive, segment, webp, with_segments};

// So that a changed size does not make the test slow.
const SMALL: Limits = Limits {
    max_pixels: 250_000,
    max_decoded_bytes: 16 * 1024 * 1024,
};

fn seeds() -> Vec<Vec<u8>> {
    vec![
        jpeg(33, 17),
        progressive(33, 17),
        with_segments(
            &jpeg(16, 16),
            &segment(
                0xE1,
                b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
            ),
        ),
        png(&chunk(b"tEXt", b"Author\0me")),
        b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xFF\xFF\xFF!\xFE\x02hi\0,\0\0\0\0\x02\0\x02\0\0\x02\x02\x44\x01\0;".to_vec(),
        b"RIFF\x1A\0\0\0WEBPVP8L\x0D\0\0\0\x2F\0\0\0\x10\x07\x10\x11\x11\x88\x88\xFE\x07\0".to_vec(),
        webp(&[(
            b"VP8L",
            &[&[0x2F, 3, 0xC0, 0, 0x10][..], &groups_of_codes(3)[..200]].concat(),
        )]),
        webp(&[
            (b"VP8X", &canvas(0x10, 4, 4)),
            (b"ALPH", &[&[1][..], &groups_of_codes(2)[..150]].concat()),
            (b"VP8 ", &lossy(4, 4)[..200]),
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_pictures_are_cleaned_or_refused(
        seed in 0..8usize,
        changes in collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
        keep in any::<bool>(),
    ) {
        let mut file = seeds().swap_remove(seed);
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if !keep {
            file.truncate(cut.index(file.len()));
        }
        let _ = inspect(&file, &SMALL);
        if let Ok(cleaned) = clean(&file, &SMALL, &[64, 16]) {
            prop_assert!(cleaned.pictures.iter().all(|picture| picture.jpeg.starts_with(b"\xFF\xD8\xFF")));
        }
    }

    #[test]
    fn any_bytes_behind_a_signature_are_an_answer(
        kind in prop::sample::select(vec![&b"\xFF\xD8\xFF"[..], b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8X", b"\0\0\0\x20ftyp"]),
        rest in collection::vec(any::<u8>(), 0..400),
    ) {
        let file = [kind, &rest].concat();
        let _ = clean(&file, &SMALL, &[64]);
    }
}
