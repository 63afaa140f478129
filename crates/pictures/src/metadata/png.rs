use super::{Found, Removed, exif, xmp};
use crate::container::png::Chunks;

// What says how pixels are meant, or how an animation goes on.
const OF_PIXELS: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
    b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"mDCV",
];

/// Looks through a file.
pub(super) fn read(bytes: &[u8], found: &mut Found) {
    let mut chunks = Chunks::new(bytes);
    for (kind, data) in chunks.by_ref() {
        match &kind {
            b"eXIf" => exif::read(data, found),
            b"tEXt" | b"zTXt" | b"iTXt" => text(data, found),
            b"tIME" => found.add(Removed::Time),
            b"IEND" => break,
            kind if OF_PIXELS.contains(&kind) => {}
            _ => found.add(Removed::Other),
        }
    }
    if chunks.rest().iter().any(|byte| *byte != 0) {
        found.add(Removed::Other);
    }
}

// By its keyword; a packed text stays packed.
fn text(data: &[u8], found: &mut Found) {
    let keyword = data.split(|byte| *byte == 0).next().unwrap_or_default();
    match keyword {
        b"XML:com.adobe.xmp" => xmp::read(data, found),
        b"Author" | b"Copyright" => found.add(Removed::Author),
        b"Title" | b"Description" | b"Comment" | b"Disclaimer" | b"Warning" => found.add(Removed::Description),
        b"Creation Time" | b"date:create" | b"date:modify" | b"date:timestamp" => found.add(Removed::Time),
        b"Software" => found.add(Removed::Software),
        b"Source" => found.add(Removed::Camera),
        _ => found.add(Removed::Other),
    }
}
