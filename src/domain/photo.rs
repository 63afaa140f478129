//! A fan's photos, as far as every layer speaks of them.

use std::fmt;

use uuid::Uuid;

use super::{Clock, FanId, Malformed, Random, Timestamp};

/// The key of a photo's row: a UUIDv7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhotoId(Uuid);

impl PhotoId {
    /// A new id; later ids sort after earlier ones.
    pub fn generate(clock: &Clock, random: &Random) -> Self {
        let millis = u64::try_from(clock.now_precise().as_millis()).unwrap_or(u64::MAX);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()).into_uuid())
    }

    /// Reads the hyphenated form.
    ///
    /// # Errors
    /// [`Malformed`]: it is no UUID in that form.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = Malformed {
            what: "the photo id",
            expected: "a UUID",
        };
        match Uuid::try_parse(text) {
            // Other spellings of a UUID would be other URLs of one photo.
            Ok(id) if id.hyphenated().to_string() == text => Ok(Self(id)),
            _ => Err(malformed),
        }
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// In which sizes a photo is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhotoSize {
    /// At most 1600 pixels on the long side.
    Large,
    /// At most 320 pixels on the long side.
    Thumb,
}

impl PhotoSize {
    /// All of them, in the order in which they are made.
    pub const ALL: [Self; 2] = [Self::Large, Self::Thumb];

    /// The long side, in pixels. A smaller picture is not enlarged.
    pub const fn long_side(self) -> u32 {
        match self {
            Self::Large => 1600,
            Self::Thumb => 320,
        }
    }

    /// The size in URLs and in names of objects. It must stay.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Large => "large",
            Self::Thumb => "thumb",
        }
    }
}

/// A photo whose bytes are stored: one row of `photos`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The key of the row; the objects are named after it.
    pub id: PhotoId,
    /// Whose photo it is.
    pub fan: FanId,
    /// Pixels of the large size, upright.
    pub width: u32,
    /// Pixels of the large size, upright.
    pub height: u32,
    /// Bytes of both sizes together.
    pub bytes: u64,
    /// When it was saved.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_id_has_one_spelling() {
        let id = PhotoId::generate(&Clock::system(), &Random::system()).to_string();
        assert_eq!(PhotoId::parse(&id).unwrap().to_string(), id);
        for other in [&id.to_uppercase(), &id.replace('-', ""), &format!("{{{id}}}"), "", "1"] {
            assert!(PhotoId::parse(other).is_err(), "{other}");
        }
    }
}
