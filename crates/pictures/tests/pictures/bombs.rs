//! Small files that want to become large: each ends within 300 MB and two seconds of CPU.

use std::iter::repeat_n;

use fanpass_pictures::{Refusal, inspect};

use crate::{
    LIMITS,
    child::clean_alone,
    make::{
        Png, canvas, chunk, groups_of_codes, jpeg, lossy, packed, packed_zeros, png, profile, progressive, riff_chunk,
        segment, webp, with_segments,
    },
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
        let sides = (width - 1) | ((height - 1) << 14);
        [&[0x2F][..], &sides.to_le_bytes(), &groups_of_codes(1)].concat()
    };
    ends_cleanly("lossless", &file(b"VP8L", &lossless(16_384, 16_384)), "TooManyPixels");
    ends_cleanly("lossless", &file(b"VP8L", &lossless(7000, 7000)), "TooLargeDecoded");
    ends_cleanly("lossless", &file(b"VP8L", &lossless(5000, 5000)), "Broken");
}

// Each of 65,536 groups has five tables of four kibibytes, which cost twelve bytes each.
#[test]
fn a_webp_of_a_few_pixels_that_names_sixty_five_thousand_groups_of_codes() {
    let bits = 3 | (3 << 14) | (1 << 28);
    let lossless = |groups| [&[0x2F][..], &u32::to_le_bytes(bits), &groups_of_codes(groups)].concat();
    ends_cleanly("still", &webp(&[(b"VP8L", &lossless(65_536))]), "Broken");
    let frame = |chunks: &[Vec<u8>]| [&[0; 6][..], &[3, 0, 0, 3, 0, 0], &[0; 4], &chunks.concat()].concat();
    let animated = |frame: &[u8]| webp(&[(b"VP8X", &canvas(0x12, 4, 4)), (b"ANIM", &[0; 6]), (b"ANMF", frame)]);
    ends_cleanly(
        "frame",
        &animated(&frame(&[riff_chunk(b"VP8L", &lossless(65_536))])),
        "Broken",
    );
    let alpha = |groups| [&[1][..], &groups_of_codes(groups)].concat();
    let with_alpha = |groups| {
        webp(&[
            (b"VP8X", &canvas(0x10, 4, 4)),
            (b"ALPH", &alpha(groups)),
            (b"VP8 ", &lossy(4, 4)),
        ])
    };
    ends_cleanly("alpha", &with_alpha(65_536), "Broken");
    let with_alpha_in_frame = frame(&[riff_chunk(b"ALPH", &alpha(65_536)), riff_chunk(b"VP8 ", &lossy(4, 4))]);
    ends_cleanly("alpha in a frame", &animated(&with_alpha_in_frame), "Broken");
    // What is allowed is announced.
    ends_cleanly("many", &webp(&[(b"VP8L", &lossless(4000))]), "ok");
    ends_cleanly("alpha of many", &with_alpha(4000), "ok");
    ends_cleanly(
        "frame of many",
        &animated(&frame(&[riff_chunk(b"VP8L", &lossless(4000))])),
        "ok",
    );
}

#[test]
fn a_webp_whose_frame_is_larger_than_its_canvas() {
    let refused = |name: &str, file: &[u8]| {
        assert_eq!(inspect(file, &LIMITS).unwrap_err(), Refusal::Broken, "{name}");
        ends_cleanly(name, file, "Broken");
    };
    let large = lossy(16_383, 16_383);
    let still = webp(&[(b"VP8X", &canvas(0, 1, 1)), (b"VP8 ", &large)]);
    refused("still", &still);
    let animated = |chunks: &[Vec<u8>]| {
        let frame = [&[0; 16][..], &chunks.concat()].concat();
        webp(&[(b"VP8X", &canvas(2, 1, 1)), (b"ANIM", &[0; 6]), (b"ANMF", &frame)])
    };
    refused("frame", &animated(&[riff_chunk(b"VP8 ", &large)]));
    let with_alpha = [riff_chunk(b"ALPH", &[0; 3]), riff_chunk(b"VP8 ", &large)];
    refused("frame with alpha", &animated(&with_alpha));
    // A frame that hides in a still picture.
    let hidden = [&[0; 16][..], &riff_chunk(b"VP8L", &[0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0])].concat();
    let still = webp(&[(b"VP8X", &canvas(0, 1, 1)), (b"VP8 ", &lossy(1, 1)), (b"ANMF", &hidden)]);
    refused("hidden", &still);
}

// To some readers a marker that stands alone has a segment, and to others what is in it counts.
#[test]
fn a_jpeg_whose_announced_frame_is_not_the_one_that_is_decoded() {
    let real = progressive(7000, 2500);
    let sides = [2500u16.to_be_bytes(), 7000u16.to_be_bytes()].concat();
    let grey = segment(0xC0, &[&[8][..], &sides, &[1, 1, 0x11, 0]].concat());
    let decoy = [&grey[..], &segment(0xDA, &[1, 1, 0, 0, 63, 0])].concat();
    let before = [
        segment(0xD0, &decoy),
        segment(0x01, &decoy),
        segment(0xD8, &decoy),
        [&[0xFF, 0][..], &decoy].concat(),
        // Of these, the decoder reads one byte more than they have.
        [&segment(0xE0, &[0; 4])[..], &decoy].concat(),
        // Too short for a table, and passed over.
        segment(0xC4, &grey[..13]),
    ];
    for (index, before) in before.iter().enumerate() {
        let taken = clean_alone(&with_segments(&real, before));
        assert!(
            taken.memory_bytes <= taken.announced_bytes.max(16_000_000),
            "{index}: {taken:?}"
        );
    }
}

#[test]
fn exif_directories_that_name_each_other_a_million_times() {
    let entry = [0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 8];
    let directory = [b"Exif\0\0MM\0*\0\0\0\x08\x03\xE8", &entry.repeat(1000)[..], &[0; 4]].concat();
    let segments = segment(0xE1, &directory).repeat(800);
    ends_cleanly("jpeg", &with_segments(&jpeg(100, 100), &segments), "ok");
    ends_cleanly("png", &png(&chunk(b"eXIf", &directory).repeat(800)), "ok");
}

#[test]
fn a_jpeg_with_many_pieces_of_xmp_is_not_put_together() {
    let piece = |offset: u32| {
        let head = [&[b'A'; 32][..], &4_000_000u32.to_be_bytes(), &offset.to_be_bytes()].concat();
        segment(
            0xE1,
            &[b"http://ns.adobe.com/xmp/extension/\0", &head[..], &[7; 1000]].concat(),
        )
    };
    let pieces: Vec<u8> = (0..4000).flat_map(|index| piece(index * 1000)).collect();
    let words = segment(0xFE, b"a word").repeat(4000);
    ends_cleanly("xmp", &with_segments(&jpeg(100, 100), &[pieces, words].concat()), "ok");
}

#[test]
fn profiles_are_reckoned_with_all_that_becomes_of_them() {
    const LARGE: usize = 4 * MIB - 1;
    for (size, grid) in [(MIB - 1, 55), (LARGE, 88)] {
        let packed = packed(&profile(b"RGB ", 3, grid, size));
        let file = png(&chunk(b"iCCP", &[b"p\0\0", &packed[..]].concat()));
        ends_cleanly("png", &file, "ok");
        let profile = profile(b"RGB ", 3, grid, size);
        let parts = profile.chunks(65_000).zip(1u8..);
        let segments: Vec<u8> = parts
            .flat_map(|(part, number)| segment(0xE2, &[b"ICC_PROFILE\0", &[number, 65][..], part].concat()))
            .collect();
        ends_cleanly("jpeg", &with_segments(&jpeg(100, 100), &segments), "ok");
        let bits = u32::to_le_bytes(3 | (3 << 14) | (1 << 28));
        let lossless = [&[0x2F][..], &bits, &groups_of_codes(1)].concat();
        let file = webp(&[
            (b"VP8X", &canvas(0x20, 4, 4)),
            (b"ICCP", &profile),
            (b"VP8L", &lossless),
        ]);
        ends_cleanly("webp", &file, "ok");
    }
}

// Neither less than is taken, nor so much that few could be worked on at once.
#[test]
fn what_is_announced_of_usual_pictures_is_close_to_what_they_take() {
    let (width, height, zeros) = (3264, 2448, 2448 * (3264 * 3 + 1));
    let flat = Png {
        width,
        height,
        zeros,
        ..PLAIN
    };
    let pictures = [
        ("camera", jpeg(4000, 3000)),
        ("progressive", progressive(4000, 3000)),
        ("large", jpeg(6000, 4000)),
        ("screen", jpeg(1080, 1920)),
        ("png", flat.file()),
    ];
    for (name, file) in pictures {
        let taken = clean_alone(&file);
        let most = taken.memory_bytes * 3 / 2 + 16_000_000;
        assert_eq!(taken.outcome, "ok", "{name}");
        assert!(
            (taken.memory_bytes..most).contains(&taken.announced_bytes),
            "{name}: {taken:?}"
        );
    }
}
