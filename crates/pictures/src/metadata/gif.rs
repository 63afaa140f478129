use super::{Found, Removed};
use crate::container::gif::Header;

/// Looks at what stands before the first frame.
pub(super) fn read(bytes: &[u8], found: &mut Found) {
    let Some(header) = Header::read(bytes) else { return };
    if header.comment {
        found.add(Removed::Description);
    }
    if header.xmp {
        found.add(Removed::Other);
    }
}
