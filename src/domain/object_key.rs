use super::{AvatarId, PhotoId, PhotoSize};

/// The name of an object in the storage, below the account's own folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// The object of a photo in one size.
    pub fn photo(id: PhotoId, size: PhotoSize) -> Self {
        Self(format!("photos/{id}/{}.jpg", size.as_str()))
    }

    /// The object with the copy of an avatar.
    pub fn avatar(id: AvatarId) -> Self {
        Self(format!("avatars/{id}.jpg"))
    }

    /// As in the storage.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
