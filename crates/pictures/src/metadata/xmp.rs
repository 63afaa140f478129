//! XMP: RDF in XML, of which only the names of properties are looked for.

use super::{Found, Removed};

// A prefix is the writer's choice; these are the ones that all writers choose.
const NAMES: [(&[u8], Removed); 19] = [
    (b"exif:GPS", Removed::Location),
    (b"photoshop:City", Removed::Location),
    (b"photoshop:Country", Removed::Location),
    (b"Iptc4xmpCore:Location", Removed::Location),
    (b"tiff:Make", Removed::Camera),
    (b"tiff:Model", Removed::Camera),
    (b"aux:", Removed::Camera),
    (b"xmp:CreateDate", Removed::Time),
    (b"xmp:ModifyDate", Removed::Time),
    (b"photoshop:DateCreated", Removed::Time),
    (b"exif:DateTime", Removed::Time),
    (b"dc:creator", Removed::Author),
    (b"dc:rights", Removed::Author),
    (b"photoshop:Credit", Removed::Author),
    (b"dc:title", Removed::Description),
    (b"dc:description", Removed::Description),
    (b"dc:subject", Removed::Description),
    (b"xmp:CreatorTool", Removed::Software),
    (b"xmpGImg:image", Removed::Thumbnail),
];

/// Looks through a packet.
pub(super) fn read(packet: &[u8], found: &mut Found) {
    let before = found.what.len();
    let named = NAMES
        .iter()
        .filter(|(name, _)| memchr::memmem::find(packet, name).is_some());
    named.for_each(|(_, what)| found.add(*what));
    if found.what.len() == before && found.what.is_empty() {
        found.add(Removed::Other);
    }
}
