use super::{Found, Removed, exif, iptc, xmp};
use crate::MAX_PROFILE;
use crate::container::jpeg::{APP0, APP1, APP2, APP13, APP14, COMMENT, START_OF_SCAN, Segment, Segments};

const ICC: &[u8] = b"ICC_PROFILE\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Looks through a file.
pub(super) fn read(bytes: &[u8], found: &mut Found) {
    let mut segments = Segments::new(bytes);
    for segment in segments.by_ref() {
        note(segment, found);
    }
    // Films of motion photos, second pictures. Padding is nothing.
    if segments.ended && segments.rest().iter().any(|byte| *byte != 0) {
        found.add(Removed::Other);
    }
}

fn note(segment: Segment<'_>, found: &mut Found) {
    let data = segment.data;
    match segment.marker {
        APP0 if data.starts_with(b"JFXX\0")
            || data.get(12..14).is_some_and(|size| size.iter().all(|side| *side > 0)) =>
        {
            found.add(Removed::Thumbnail);
        }
        APP0 | APP14 => {}
        APP1 if data.starts_with(b"Exif\0") => exif::read(data.get(6..).unwrap_or_default(), found),
        APP1 if data.starts_with(XMP) => xmp::read(data, found),
        APP2 if data.starts_with(ICC) => {}
        APP13 if data.starts_with(b"Photoshop 3.0\0") => iptc::read(data, found),
        COMMENT => found.add(Removed::Description),
        0xE0..=0xEF => found.add(Removed::Other),
        _ => {}
    }
}

/// The ICC profile, put together from its segments (ICC.1 annex B.4), unless it is larger than any that is used.
pub(crate) fn icc(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<(u8, &[u8])> = Segments::new(bytes)
        .take_while(|segment| segment.marker != START_OF_SCAN)
        .filter(|segment| segment.marker == APP2)
        .filter_map(|segment| match segment.data.strip_prefix(ICC)? {
            [number, _, data @ ..] => Some((*number, data)),
            _ => None,
        })
        .collect();
    parts.sort_by_key(|(number, _)| *number);
    let size: usize = parts.iter().map(|(_, data)| data.len()).sum();
    (1..=MAX_PROFILE).contains(&size).then(|| {
        let mut profile = Vec::with_capacity(size);
        parts.iter().for_each(|(_, data)| profile.extend_from_slice(data));
        profile
    })
}
