//! EXIF 2.32: directories of a TIFF file.

use super::{Found, Removed};
use crate::{container, orientation::Orientation};

// Of a directory, and of all in a file: real ones have fewer than a hundred.
const MAX_ENTRIES: usize = 1000;
const MAX_ENTRIES_OF_FILE: usize = 4000;

/// Looks through a block that begins with TIFF's header.
pub(super) fn read(bytes: &[u8], found: &mut Found) {
    // Some writers repeat the name that JPEG has before it.
    let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
    let Some(tiff) = Tiff::open(bytes) else {
        found.add(Removed::Other);
        return;
    };
    let Some((entries, second)) = tiff.u32(4).and_then(|first| tiff.directory(first, found)) else {
        return;
    };
    entries.iter().for_each(|entry| tiff.note(*entry, found));
    for entry in tiff.inside(&entries, SHOT, found) {
        of_shot(entry.tag).into_iter().for_each(|what| found.add(what));
    }
    // Its version alone, tag 0, says nothing.
    if tiff.inside(&entries, PLACE, found).iter().any(|entry| entry.tag != 0) {
        found.add(Removed::Location);
    }
    let second = (second != 0).then(|| tiff.directory(second, found)).flatten();
    if second.is_some_and(|(entries, _)| entries.iter().any(|entry| entry.tag == 0x0201)) {
        found.add(Removed::Thumbnail);
    }
}

// Entries that lead to another directory: that of the shot, and that of the place.
const SHOT: u16 = 0x8769;
const PLACE: u16 = 0x8825;

struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

#[derive(Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    // Where its value stands, if it has no more than four bytes; else where a pointer to it stands.
    at: usize,
}

impl<'a> Tiff<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.first_chunk()? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        if self.big_endian {
            container::be16(self.bytes, at)
        } else {
            container::le16(self.bytes, at)
        }
    }

    fn u32(&self, at: usize) -> Option<u32> {
        if self.big_endian {
            container::be32(self.bytes, at)
        } else {
            container::le32(self.bytes, at)
        }
    }

    // The entries of one directory, as far as they are there, and where the next one is.
    fn directory(&self, at: u32, found: &mut Found) -> Option<(Vec<Entry>, u32)> {
        let start = usize::try_from(at).ok()?.checked_add(2)?;
        let left = MAX_ENTRIES.min(MAX_ENTRIES_OF_FILE.saturating_sub(found.entries));
        let count = usize::from(self.u16(start.checked_sub(2)?)?).min(left);
        found.entries += count;
        let entries: Vec<Entry> = (0..count)
            .map_while(|index| {
                let at = start.checked_add(index * 12)?;
                Some(Entry {
                    tag: self.u16(at)?,
                    kind: self.u16(at + 2)?,
                    at: at + 8,
                })
            })
            .collect();
        let next = self.u32(start.checked_add(count * 12)?).unwrap_or(0);
        Some((entries, next))
    }

    fn number(&self, entry: Entry) -> Option<u32> {
        match entry.kind {
            1 => self.bytes.get(entry.at).copied().map(u32::from),
            3 => self.u16(entry.at).map(u32::from),
            4 => self.u32(entry.at),
            _ => None,
        }
    }

    fn note(&self, entry: Entry, found: &mut Found) {
        match entry.tag {
            0x0112 => {
                if let Some(orientation) = self.number(entry).and_then(Orientation::from_exif) {
                    found.orientation = orientation;
                }
            }
            tag => of_picture(tag).into_iter().for_each(|what| found.add(what)),
        }
    }

    // The directory that the first such entry leads to.
    fn inside(&self, entries: &[Entry], tag: u16, found: &mut Found) -> Vec<Entry> {
        let entry = entries.iter().find(|entry| entry.tag == tag);
        entry
            .and_then(|entry| self.u32(entry.at))
            .and_then(|at| self.directory(at, found))
            .map(|(entries, _)| entries)
            .unwrap_or_default()
    }
}

const fn of_picture(tag: u16) -> Option<Removed> {
    match tag {
        0x010F | 0x0110 => Some(Removed::Camera),
        0x0132 => Some(Removed::Time),
        0x013B | 0x8298 | 0x9C9D => Some(Removed::Author),
        0x010D | 0x010E | 0x02BC | 0x4746 | 0x83BB | 0x9C9B | 0x9C9C | 0x9C9E | 0x9C9F => Some(Removed::Description),
        0x000B | 0x0131 | 0x013C => Some(Removed::Software),
        _ => None,
    }
}

const fn of_shot(tag: u16) -> Option<Removed> {
    match tag {
        0x9003 | 0x9004 | 0x9010..=0x9012 | 0x9290..=0x9292 => Some(Removed::Time),
        0xA430 => Some(Removed::Author),
        0x9286 => Some(Removed::Description),
        0x829A | 0x829D | 0x8822 | 0x8827 | 0x9201..=0x920A | 0x927C | 0xA402..=0xA40C | 0xA420 | 0xA431..=0xA435 => {
            Some(Removed::Camera)
        }
        _ => None,
    }
}
