//! What an operator changes in the pages: texts, colours, logo, filing numbers.

use std::io::Cursor;

use fanpass::{
    domain::Language,
    settings::{LogoViolation, Violation},
    texts::OwnTextError,
};
use image::{DynamicImage, ImageFormat};
use png::{BitDepth, ColorType, Decoder, Encoder};

use crate::support::{Place, local, nowhere, with};

/// A PNG of one colour with a line of text in its metadata.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder
        .add_text_chunk("Comment".to_owned(), "made by somebody".to_owned())
        .unwrap();
    let mut writer = encoder.write_header().unwrap();
    let size = usize::try_from(width * height).unwrap();
    writer.write_image_data(&vec![0; size]).unwrap();
    writer.finish().unwrap();
    bytes
}

fn logo(bytes: impl AsRef<[u8]>) -> Place {
    with("FANPASS__SITE__LOGO", "logo.png").file("logo.png", bytes)
}

#[test]
fn own_texts_of_all_layers_come_together() {
    let place = nowhere()
        .file("config/default.toml", "[templates.texts.zh]\nindex-update = \"更新\"\n")
        .file(
            "config/local.toml",
            "[templates.texts.en]\nindex-update = \"Refresh\"\nindex-privacy = \"Privacy\"\n",
        )
        .with("FANPASS__TEMPLATES__TEXTS__zh__index-privacy", "隐私");
    let texts = place.load().templates.texts;
    let of = |language, id| texts[&language][id].as_str().to_owned();
    assert_eq!(of(Language::Chinese, "index-update"), "更新");
    assert_eq!(of(Language::Chinese, "index-privacy"), "隐私");
    assert_eq!(of(Language::English, "index-update"), "Refresh");
    assert_eq!(texts.values().map(|texts| texts.len()).sum::<usize>(), 4);
}

#[test]
fn every_faulty_text_is_named_with_its_language_and_id() {
    let text = "[templates.texts.zh]\nindex-updaet = \"a\"\nindex-privacy = \"{ $site }\"\nindex-sign-out = 1\n\
                [templates.texts.zn]\nindex-update = \"a\"\n[templates.texts.en]\nindex-update = \"{\"\n";
    let faults = local(text).faults();
    let of = |key: &str| {
        let fault = faults
            .iter()
            .find(|fault| fault.key == key)
            .unwrap_or_else(|| panic!("{key}: {faults:?}"));
        assert_eq!(fault.file.as_deref(), Some("config/local.toml"));
        fault.kind.clone()
    };
    let meant = |meant: &str| Violation::UnknownKey {
        meant: Some(meant.to_owned()),
    };
    assert_eq!(of("templates.texts.zh.index-updaet"), meant("index-update"));
    assert_eq!(of("templates.texts.zn"), meant("[templates.texts.zh]"));
    assert!(matches!(
        of("templates.texts.zh.index-privacy"),
        Violation::OwnText(OwnTextError::UnknownPlaceholder { .. })
    ));
    assert_eq!(of("templates.texts.zh.index-sign-out"), Violation::NotAString);
    assert_eq!(
        of("templates.texts.en.index-update"),
        Violation::OwnText(OwnTextError::Braces)
    );
    assert_eq!(faults.len(), 5);
}

#[test]
fn a_variable_may_hold_a_text_and_its_fault_names_the_variable() {
    let name = "FANPASS__TEMPLATES__TEXTS__en__index-update";
    let fault = with(name, "a\nb").fault();
    assert_eq!(fault.key, name);
    assert!(matches!(fault.kind, Violation::OwnText(OwnTextError::NotALine { .. })));
    let fault = with("FANPASS__TEMPLATES__TEXTS__en", "x").fault();
    assert!(matches!(fault.kind, Violation::NotATable { .. }), "{fault}");
}

#[test]
fn a_colour_is_six_digits_for_a_known_role() {
    let settings = local("[site.colours]\nprimary = \"#07C160\"\nlink_dark = \"#88aaff\"\n").load();
    let colours = settings.site.colours;
    assert_eq!(colours.primary.unwrap().to_string(), "#07c160");
    assert!(colours.link.is_none() && colours.link_dark.is_some());
    for value in [
        "red",
        "#07c160;} body { display: none",
        "url(//evil.example)",
        "#07c16",
        "",
    ] {
        let fault = with("FANPASS__SITE__COLOURS__primary", value).fault();
        assert!(matches!(fault.kind, Violation::NotAccepted { .. }), "{value}: {fault}");
    }
    let fault = with("FANPASS__SITE__COLOURS__primery", "#000000").fault();
    let meant = Some("primary".to_owned());
    assert_eq!(fault.kind, Violation::UnknownKey { meant });
}

#[test]
fn a_link_that_nobody_could_read_is_refused() {
    for (role, colour) in [("link", "#07c160"), ("link_dark", "#003366")] {
        let fault = with(&format!("FANPASS__SITE__COLOURS__{role}"), colour).fault();
        assert!(fault.to_string().contains(":1"), "{fault}");
    }
}

#[test]
fn filing_numbers_are_one_line_of_their_own_characters() {
    let settings = with("FANPASS__SITE__ICP", " 京ICP备12345678号-1 ")
        .with("FANPASS__SITE__POLICE", "京公网安备 11010502030143号")
        .load();
    assert_eq!(settings.site.icp.as_deref(), Some("京ICP备12345678号-1"));
    assert_eq!(settings.site.police.unwrap().code, "11010502030143");
    for (key, value) in [
        ("ICP", "京ICP备"),
        ("ICP", "京ICP备12345678号\n"),
        ("ICP", "<a href=x>12345678</a>"),
        ("ICP", "京ICP备12345678号\u{202e}"),
        ("POLICE", "京公网安备123号"),
        ("POLICE", "京公网安备110105 02030143号"),
        ("POLICE", "京公网安备11010502030143&x=y"),
    ] {
        // The blank line at the end of a value is cut, and inside it is a fault.
        let value = value.replace('\n', "\n1");
        let fault = with(&format!("FANPASS__SITE__{key}"), &value).fault();
        assert!(
            matches!(fault.kind, Violation::NotAccepted { .. } | Violation::Mistake(_)),
            "{value}: {fault}"
        );
    }
}

#[test]
fn a_logo_is_scaled_down_and_loses_its_metadata() {
    let original = png(1000, 400);
    assert!(String::from_utf8_lossy(&original).contains("made by somebody"));
    let logo = logo(original).load().site.logo.unwrap();
    assert_eq!((logo.width, logo.height), (360, 144));
    assert!(!String::from_utf8_lossy(&logo.png).contains("somebody"));
    let reader = Decoder::new(Cursor::new(&logo.png)).read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), (360, 144));
}

/// A JPEG that a camera held upright took: it lies on its side, and its metadata says so.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    let bytes = bytes.into_inner();
    // One entry in one directory, both in little-endian: the orientation (0x0112) is 6.
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0made by somebody";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&bytes[..2], b"\xff\xe1", &length, exif, &bytes[2..]].concat()
}

#[test]
fn a_jpeg_is_turned_as_its_camera_says_and_loses_what_else_that_said() {
    let original = jpeg(40, 100);
    let logo = logo(original).load().site.logo.unwrap();
    assert_eq!((logo.width, logo.height), (100, 40));
    assert!(logo.png.starts_with(b"\x89PNG") && !String::from_utf8_lossy(&logo.png).contains("somebody"));
}

#[test]
fn a_webp_is_a_logo_too() {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::new_rgba8(90, 30);
    picture.write_to(&mut bytes, ImageFormat::WebP).unwrap();
    let logo = logo(bytes.into_inner()).load().site.logo.unwrap();
    assert_eq!((logo.width, logo.height), (90, 30));
}

#[test]
fn a_small_logo_keeps_its_size() {
    let logo = logo(png(90, 30)).load().site.logo.unwrap();
    assert_eq!((logo.width, logo.height), (90, 30));
}

#[test]
fn a_logo_that_is_none_is_a_fault() {
    let kind = |bytes: &[u8]| match logo(bytes).fault().kind {
        Violation::Logo(violation) => violation,
        other => panic!("{other}"),
    };
    for bytes in [
        &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
        b"GIF89a\x01\0\x01\0",
        b"",
        b"<html>",
    ] {
        assert_eq!(kind(bytes), LogoViolation::Format, "{bytes:?}");
    }
    let whole = png(90, 30);
    assert!(matches!(kind(&whole[..whole.len() / 2]), LogoViolation::Broken { .. }));
    assert!(matches!(kind(&vec![0; (2 << 20) + 1]), LogoViolation::TooLong { .. }));
    let missing = with("FANPASS__SITE__LOGO", "no-such-file.png").fault();
    assert!(matches!(
        missing.kind,
        Violation::Logo(LogoViolation::Unreadable { .. })
    ));
}

/// 30000 × 30000 pixels in some hundred bytes: decoding would take a gigabyte.
#[test]
fn a_picture_that_grows_when_it_is_decoded_is_refused_unread() {
    let mut bomb = png(8, 8);
    let side = 30_000_u32.to_be_bytes();
    bomb[16..20].copy_from_slice(&side);
    bomb[20..24].copy_from_slice(&side);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    let fault = logo(bomb).fault();
    assert!(
        matches!(fault.kind, Violation::Logo(LogoViolation::TooLarge { .. })),
        "{fault}"
    );
}
