//! The endpoints of files (临时素材), which the platform keeps for three days.

mod download;
mod file;
mod multipart;
mod upload;

use std::fmt;

pub use download::Download;
pub use file::{FileName, FileType, MediaKind, Upload};

/// Longest id that is kept, in bytes. Those seen so far have 64.
const MAX_MEDIA_ID: usize = 512;

/// The platform's id of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaId(String);

impl MediaId {
    /// `None` if it is empty, longer than 512 bytes, or has another character than visible ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let is_valid = (1..=MAX_MEDIA_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_valid.then(|| Self(text.to_owned()))
    }

    /// The id as the platform writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MediaId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
