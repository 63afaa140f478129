use fanpass_pictures::{Refusal, Removed, clean};

use crate::{
    LIMITS,
    make::{chunk, jpeg, png, segment, with_segments},
};

// Entries of a directory whose values fit into it: tag, kind, value.
fn exif(entries: &[(u16, u16, u32)], more: &[u8]) -> Vec<u8> {
    let count = u16::try_from(entries.len()).unwrap();
    let mut bytes = [b"MM\0*\0\0\0\x08", &count.to_be_bytes()[..]].concat();
    for (tag, kind, value) in entries {
        let value = if *kind == 3 { value << 16 } else { *value };
        bytes.extend(
            [
                &tag.to_be_bytes()[..],
                &kind.to_be_bytes(),
                &1u32.to_be_bytes(),
                &value.to_be_bytes(),
            ]
            .concat(),
        );
    }
    [&bytes[..], &[0; 4], more].concat()
}

fn removed(file: &[u8]) -> Vec<Removed> {
    clean(file, &LIMITS, &[320]).unwrap().removed
}

#[test]
fn the_orientation_turns_a_picture_of_every_kind_that_has_one() {
    let turned = exif(&[(0x0112, 3, 6)], b"");
    let jpeg = with_segments(&jpeg(40, 20), &segment(0xE1, &[b"Exif\0\0", &turned[..]].concat()));
    let png = png(&chunk(b"eXIf", &turned));
    let cleaned = clean(&jpeg, &LIMITS, &[320]).unwrap();
    assert_eq!((cleaned.pictures[0].width, cleaned.pictures[0].height), (20, 40));
    assert_eq!(cleaned.removed, [], "which way is up is nothing that was removed");
    assert!(clean(&png, &LIMITS, &[320]).is_ok());
}

#[test]
fn what_was_left_out_is_named() {
    // The directory of the place lies behind that of the picture.
    let place = [
        &[0, 1][..],
        &1u16.to_be_bytes(),
        &2u16.to_be_bytes(),
        &2u32.to_be_bytes(),
        b"N\0\0\0",
        &[0; 4],
    ]
    .concat();
    let at = 8 + 2 + 3 * 12 + 4;
    let exif = exif(&[(0x010F, 2, 0x4100_0000), (0x0132, 2, 0), (0x8825, 4, at)], &place);
    let segments = [
        segment(0xE1, &[b"Exif\0\0", &exif[..]].concat()),
        segment(0xFE, b"a word"),
    ]
    .concat();
    let expected = [Removed::Location, Removed::Camera, Removed::Time, Removed::Description];
    assert_eq!(removed(&with_segments(&jpeg(40, 20), &segments)), expected);

    let texts = [
        chunk(b"tEXt", b"Author\0me"),
        chunk(b"tIME", &[0; 7]),
        chunk(b"eXIf", &exif),
    ]
    .concat();
    assert_eq!(
        removed(&png(&texts)),
        [Removed::Location, Removed::Camera, Removed::Time, Removed::Author]
    );
}

#[test]
fn what_stands_behind_a_picture_is_left_behind() {
    let mut file = jpeg(40, 20);
    file.extend(b"<script>alert(1)</script>");
    let cleaned = clean(&file, &LIMITS, &[320]).unwrap();
    assert_eq!(cleaned.removed, [Removed::Other]);
    assert!(!cleaned.pictures[0].jpeg.windows(7).any(|bytes| bytes == b"<script"));
}

#[test]
fn a_directory_that_points_at_itself_comes_to_an_end() {
    let circle = exif(&[(0x8769, 4, 8), (0x8825, 4, 8)], b"");
    assert!(
        clean(
            &with_segments(&jpeg(8, 8), &segment(0xE1, &[b"Exif\0\0", &circle[..]].concat())),
            &LIMITS,
            &[320]
        )
        .is_ok()
    );
    let endless = exif(&[(0x8825, 4, u32::MAX)], b"");
    assert!(clean(&png(&chunk(b"eXIf", &endless)), &LIMITS, &[320]).is_ok());
}

#[test]
fn a_name_or_a_claim_makes_no_picture() {
    for claim in [
        &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
        b"{\"errcode\":40007}",
        b"",
    ] {
        assert_eq!(clean(claim, &LIMITS, &[320]).unwrap_err(), Refusal::NotAPicture);
    }
}
