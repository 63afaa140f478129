//! Links by which an app shows a fan's photo: without a session, for five minutes.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{Clock, FanId, PhotoId, PhotoSize, Timestamp},
    services::sealing::{SealError, Sealer},
};

/// How long a link is good.
pub const LINK_SECONDS: i64 = 5 * 60;

/// The associated data of a link.
const CONTEXT: &str = "photo link";

/// Makes and reads the links of one account. Clones share the keys.
#[derive(Clone)]
pub struct PhotoLinks {
    /// Seals a link's content, so that nobody can alter it.
    pub sealer: Sealer,
    /// Ends the links.
    pub clock: Clock,
}

/// What a link shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkedPhoto {
    /// Whose photo it is.
    pub fan: FanId,
    /// The photo.
    pub photo: PhotoId,
    /// The size.
    pub size: PhotoSize,
}

/// A link's content.
#[derive(Serialize, Deserialize)]
struct Content {
    fan: FanId,
    photo: String,
    thumb: bool,
    /// Seconds since 1970.
    until: i64,
}

impl PhotoLinks {
    /// The last segment of a link that is good until then.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn make(&self, linked: LinkedPhoto, until: Timestamp) -> Result<String, SealError> {
        let content = Content {
            fan: linked.fan,
            photo: linked.photo.to_string(),
            thumb: linked.size == PhotoSize::Thumb,
            until: until.unix_seconds(),
        };
        self.sealer.seal(&content, CONTEXT)
    }

    /// When a link ends that is made now.
    pub fn end(&self) -> Timestamp {
        self.clock.now().plus_seconds(LINK_SECONDS)
    }

    /// What a link shows. None: it was altered, or is over.
    pub fn open(&self, signed: &str) -> Option<LinkedPhoto> {
        let content: Content = self.sealer.open(signed, CONTEXT)?;
        if content.until < self.clock.now().unix_seconds() {
            return None;
        }
        Some(LinkedPhoto {
            fan: content.fan,
            photo: PhotoId::parse(&content.photo).ok()?,
            size: if content.thumb {
                PhotoSize::Thumb
            } else {
                PhotoSize::Large
            },
        })
    }
}
