//! Small files that want to become large: each ends within 300 MB and two seconds of CPU.

use std::iter::repeat_n;

use crate::{
    child::clean_alone,
    make::{Png, chunk, jpeg, packed_zeros, png, progressive, segment, with_segments},
};

const MIB: usize = 1024 * 1024;

fn ends_cleanly(name: &str, file: &[u8], outcome: &str) {
    let taken = clean_alone(file);
    assert!(taken.outcome.starts_with(outcome), "{name}: {taken:?}");
    assert!(taken.memory_bytes < 300_000_000, "{name}: {taken:?}");
    assert!(taken.cpu_ms < 2000, "{name}: {taken:?}");
    if taken.outcome == "ok" {
        assert!(
            taken.memory_bytes <= taken.announced_bytes,
            "{name} takes more than it announced: {taken:?}"
        );
    }
}

const PLAIN: Png<'_> = Png {
    width: 100,
    height: 100,
    depth: 8,
    colour: 2,
    interlace: 0,
    before: b"",
    zeros: 0,
};

#[test]
fn a_png_of_a_few_bytes_that_declares_ten_billion_pixels() {
    let (width, height) = (100_000, 100_000);
    ends_cleanly("png", &Png { width, height, ..PLAIN }.file(), "TooManyPixels");
}

#[test]
fn a_line_of_fifty_million_pixels() {
    for (width, height) in [(50_000_000, 1), (1, 50_000_000)] {
        ends_cleanly("line", &Png { width, height, ..PLAIN }.file(), "TooLargeDecoded");
    }
}

#[test]
fn fifty_million_pixels_of_nothing_are_decoded() {
    let (width, height, zeros) = (7000, 7000, 7000 * 21_001);
    ends_cleanly(
        "zeros",
        &Png {
            width,
            height,
            zeros,
            ..PLAIN
        }
        .file(),
        "ok",
    );
}

#[test]
fn deep_and_interlaced_pictures_are_reckoned_with_all_their_bytes() {
    let (width, height, depth, colour, interlace) = (6000, 6000, 16, 6, 1);
    let png = Png {
        width,
        height,
        depth,
        colour,
        interlace,
        ..PLAIN
    };
    ends_cleanly("too large", &png.file(), "TooLargeDecoded");
    let (width, height, zeros) = (4000, 4000, 4100 * 4100 * 8);
    ends_cleanly(
        "large",
        &Png {
            width,
            height,
            zeros,
            ..png
        }
        .file(),
        "ok",
    );
}

#[test]
fn pixels_that_go_on_for_a_quarter_of_a_gibibyte_after_the_last() {
    for interlace in [0, 1] {
        ends_cleanly(
            "more",
            &Png {
                interlace,
                zeros: 256 * MIB,
                ..PLAIN
            }
            .file(),
            "ok",
        );
    }
}

#[test]
fn texts_and_profiles_that_unpack_to_a_quarter_of_a_gibibyte() {
    let packed = packed_zeros(256 * MIB);
    let named = [b"Comment\0\0", &packed[..]].concat();
    ends_cleanly("zTXt", &png(&chunk(b"zTXt", &named)), "ok");
    ends_cleanly(
        "iTXt",
        &png(&chunk(b"iTXt", &[b"Comment\0\x01\0\0\0", &packed[..]].concat())),
        "ok",
    );
    ends_cleanly("iCCP", &png(&chunk(b"iCCP", &named)), "ok");
}

#[test]
fn a_gif_of_ten_thousand_frames_is_its_first() {
    let screen = b"GIF89a\x0A\0\x0A\0\x80\0\0\0\0\0\xFF\xFF\xFF";
    let frame = b",\0\0\0\0\x0A\0\x0A\0\0\x02\x16\x8C\x2D\x99\x87\x2A\x1C\xDC\x33\xA0\x02\x75\xEC\x95\xFA\xA8\xDE\x60\x8C\x04\x91\x4C\x01\0";
    let frames: Vec<u8> = repeat_n(&frame[..], 10_000).flatten().copied().collect();
    ends_cleanly("frames", &[screen, &frames[..], b";"].concat(), "ok");
}

#[test]
fn a_gif_that_declares_four_billion_pixels() {
    let frame = b",\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x02\x44\x01\0;";
    let screen = |side: &[u8; 2]| [b"GIF89a", &side[..], &side[..], b"\x80\0\0\0\0\0\xFF\xFF\xFF"].concat();
    ends_cleanly("screen", &[&screen(b"\xFF\xFF")[..], frame].concat(), "TooManyPixels");
    ends_cleanly("frame", &[&screen(b"\x0A\0")[..], frame].concat(), "Broken");
}

#[test]
fn a_jpeg_with_sixty_four_megabytes_of_segments() {
    let segments: Vec<u8> = repeat_n(segment(0xE5, &[7; 65_000]), 1000).flatten().collect();
    ends_cleanly("segments", &with_segments(&jpeg(100, 100), &segments), "ok");
    let profile = segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", &[7; 65_000][..]].concat());
    let profiles: Vec<u8> = repeat_n(profile, 1000).flatten().collect();
    let taken = clean_alone(&with_segments(&jpeg(100, 100), &profiles));
    assert!(taken.memory_bytes < 300_000_000 && taken.cpu_ms < 2000, "{taken:?}");
}

#[test]
fn a_jpeg_of_thousands_of_scans() {
    let file = progressive(64, 64);
    let scan = file.windows(2).position(|bytes| bytes == b"\xFF\xDA").unwrap();
    let end = file.len() - 2;
    let scans: Vec<u8> = repeat_n(&file[scan..end], 2000).flatten().copied().collect();
    ends_cleanly("scans", &[&file[..scan], &scans[..], b"\xFF\xD9"].concat(), "Broken");
}

// As many scans as are read, over as many pixels as fit, and next to no bytes for any of them.
#[test]
fn a_jpeg_of_empty_scans_over_many_pixels() {
    let file = progressive(64, 64);
    let scan = file.windows(2).position(|bytes| bytes == b"\xFF\xDA").unwrap();
    let frame = file.windows(2).position(|bytes| bytes == b"\xFF\xC2").unwrap();
    let mut head = file[..scan].to_vec();
    head[frame + 5..frame + 9].copy_from_slice(&[5000u16.to_be_bytes(), 5000u16.to_be_bytes()].concat());
    let refinement = [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0x10, 0];
    let scans: Vec<u8> = repeat_n(refinement, 63).flatten().collect();
    let file = [&head[..], &file[scan..file.len() - 2], &scans[..], b"\xFF\xD9"].concat();
    let taken = clean_alone(&file);
    assert!(taken.memory_bytes < 300_000_000 && taken.cpu_ms < 2000, "{taken:?}");
}

#[test]
fn a_webp_that_declares_more_than_it_has() {
    let file = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let whole = u32::try_from(data.len() + 12).unwrap().to_le_bytes();
        [b"RIFF", &whole[..], b"WEBP", kind, &length, data].concat()
    };
    ends_cleanly(
        "canvas",
        &file(b"VP8X", &[0x12, 0, 0, 0, 255, 255, 255, 255, 255, 255]),
        "TooManyPixels",
    );
    let lossless = |width: u32, height: u32| {
        [
            &[0x2F][..],
            &((width - 1) | ((height - 1) << 14)).to_le_bytes(),
            &[0x88; 64],
        ]
        .concat()
    };
    ends_cleanly("lossless", &file(b"VP8L", &lossless(16_384, 16_384)), "TooManyPixels");
    ends_cleanly("lossless", &file(b"VP8L", &lossless(7000, 7000)), "TooLargeDecoded");
    let taken = clean_alone(&file(b"VP8L", &lossless(4500, 4500)));
    assert!(taken.memory_bytes < 300_000_000 && taken.cpu_ms < 2000, "{taken:?}");
}
