/// Longest name of a file, in bytes.
const MAX_FILE_NAME: usize = 64;

/// What the platform takes a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A voice message.
    Voice,
    /// A video.
    Video,
    /// The small picture of a video.
    Thumb,
}

/// The types that the platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A GIF picture.
    Gif,
    /// A voice message.
    Amr,
    /// A voice message.
    Mp3,
    /// A video.
    Mp4,
}

/// A name that means nothing in a header: letters, digits, `.`, `-` and `_` of ASCII, at most 64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

/// A file to upload.
pub struct Upload<S> {
    /// What the platform takes it for.
    pub kind: MediaKind,
    /// The platform looks at its extension.
    pub file_name: FileName,
    /// Its content type.
    pub file_type: FileType,
    /// Its length in bytes: the platform refuses a request without a length.
    pub length: u64,
    /// Its bytes; exactly `length`.
    pub bytes: S,
}

impl MediaKind {
    /// The word in the query.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Thumb => "thumb",
        }
    }
}

impl FileType {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Amr => "audio/amr",
            Self::Mp3 => "audio/mpeg",
            Self::Mp4 => "video/mp4",
        }
    }
}

impl FileName {
    /// `None` if it is empty, too long, or has another character.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let is_valid = (1..=MAX_FILE_NAME).contains(&text.len()) && text.bytes().all(is_plain);
        is_valid.then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_write_into_the_form() {
        for name in ["photo.jpg", "a-b_C.9"] {
            assert_eq!(FileName::parse(name).unwrap().as_str(), name);
        }
        let long = "x".repeat(65);
        for name in [
            "",
            "a\"b",
            "a\r\nb",
            "a;b",
            "a b",
            "照片.jpg",
            "a/b",
            "a\\b",
            "a%22b",
            "a\0b",
            &long,
        ] {
            assert_eq!(FileName::parse(name), None, "{name:?}");
        }
    }
}
