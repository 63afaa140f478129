//! Types of files, with what the platform takes of each.

use serde::Serialize;

const MEGABYTE: u64 = 1024 * 1024;

/// The parameter `type` of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Voice,
    Video,
    Thumb,
}

impl MediaKind {
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "image" => Self::Image,
            "voice" => Self::Voice,
            "video" => Self::Video,
            "thumb" => Self::Thumb,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Thumb => "thumb",
        }
    }

    /// In bytes.
    pub fn max_size(self) -> u64 {
        match self {
            Self::Image | Self::Video => 10 * MEGABYTE,
            Self::Voice => 2 * MEGABYTE,
            Self::Thumb => 64 * 1024,
        }
    }

    /// The errcode of a file that is longer.
    pub fn too_long(self) -> i64 {
        match self {
            Self::Image => 40009,
            Self::Voice => 40010,
            Self::Video => 40011,
            Self::Thumb => 40012,
        }
    }

    /// Whether the platform takes files that end so, or have this content type.
    pub fn takes(self, name: &str, content_type: &str) -> bool {
        let format = name
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
            .to_ascii_lowercase();
        let format = match content_type.split(';').next().unwrap_or_default().trim() {
            "" | "application/octet-stream" => format,
            content_type => content_type
                .rsplit_once('/')
                .map_or("", |(_, subtype)| subtype)
                .to_ascii_lowercase(),
        };
        let formats: &[&str] = match self {
            Self::Image => &["jpg", "jpeg", "png", "gif", "bmp"],
            Self::Voice => &["amr", "mp3", "mpeg"],
            Self::Video => &["mp4"],
            Self::Thumb => &["jpg", "jpeg"],
        };
        formats.contains(&format.as_str())
    }
}
