//! What a file says beside its pixels: how it is turned and in what colours are read, the rest is named and left behind.

mod exif;
mod gif;
mod iptc;
mod jpeg;
mod png;
mod webp;
mod xmp;

use std::collections::BTreeSet;

use crate::{Kind, orientation::Orientation};

pub(crate) use jpeg::icc as icc_of_jpeg;

/// Something that an upload said and that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Removed {
    /// Where the picture was taken.
    Location,
    /// The camera or phone, its lens and its settings.
    Camera,
    /// When it was taken or changed.
    Time,
    /// Who made it or owns it.
    Author,
    /// A title, a caption, keywords or a comment.
    Description,
    /// The program that wrote it.
    Software,
    /// A smaller copy inside.
    Thumbnail,
    /// Data of another kind, such as a film behind the picture.
    Other,
}

impl Removed {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Location,
        Self::Camera,
        Self::Time,
        Self::Author,
        Self::Description,
        Self::Software,
        Self::Thumbnail,
        Self::Other,
    ];

    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Location => "location",
            Self::Camera => "camera",
            Self::Time => "time",
            Self::Author => "author",
            Self::Description => "description",
            Self::Software => "software",
            Self::Thumbnail => "thumbnail",
            Self::Other => "other",
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) orientation: Orientation,
    what: BTreeSet<Removed>,
    // Entries of EXIF's directories that were looked at.
    entries: usize,
}

impl Found {
    fn add(&mut self, what: Removed) {
        self.what.insert(what);
    }

    pub(crate) fn removed(&self) -> Vec<Removed> {
        self.what.iter().copied().collect()
    }
}

/// Looks through a file. What it cannot read it passes over.
pub(crate) fn read(bytes: &[u8], kind: Kind) -> Found {
    let mut found = Found::default();
    match kind {
        Kind::Jpeg => jpeg::read(bytes, &mut found),
        Kind::Png => png::read(bytes, &mut found),
        Kind::Webp => webp::read(bytes, &mut found),
        Kind::Gif => gif::read(bytes, &mut found),
    }
    found
}
