use diesel::prelude::*;
use time::PrimitiveDateTime;

use crate::{
    domain::{FanId, Photo, PhotoId},
    repositories::{
        RepositoryError,
        schema::photos,
        time::{from_column, to_column},
    },
};

/// A stored row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = photos)]
pub struct PhotoRow {
    id: String,
    fan_id: String,
    width: i32,
    height: i32,
    bytes: i64,
    created_at: PrimitiveDateTime,
}

impl PhotoRow {
    /// Converts the row into a photo.
    ///
    /// # Errors
    /// [`RepositoryError::Corrupt`] if an id is malformed or a number negative.
    pub fn read(self) -> Result<Photo, RepositoryError> {
        Ok(Photo {
            id: PhotoId::parse(&self.id).map_err(RepositoryError::corrupt)?,
            fan: FanId::parse(&self.fan_id).map_err(RepositoryError::corrupt)?,
            width: self.width.try_into().map_err(RepositoryError::corrupt)?,
            height: self.height.try_into().map_err(RepositoryError::corrupt)?,
            bytes: self.bytes.try_into().map_err(RepositoryError::corrupt)?,
            created_at: from_column(self.created_at),
        })
    }
}

/// A row to be written.
#[derive(Insertable)]
#[diesel(table_name = photos)]
pub struct NewPhotoRow<'a> {
    id: String,
    app_id: &'a str,
    fan_id: String,
    sha256: &'a str,
    width: i32,
    height: i32,
    bytes: i64,
    created_at: PrimitiveDateTime,
}

impl<'a> NewPhotoRow<'a> {
    /// The row of `photo`, which was made of the upload with the hash `sha256`.
    ///
    /// # Errors
    /// [`RepositoryError::Other`] for numbers that no column takes.
    pub fn new(app_id: &'a str, photo: &Photo, sha256: &'a str) -> Result<Self, RepositoryError> {
        Ok(Self {
            id: photo.id.to_string(),
            app_id,
            fan_id: photo.fan.to_string(),
            sha256,
            width: photo.width.try_into().map_err(RepositoryError::other)?,
            height: photo.height.try_into().map_err(RepositoryError::other)?,
            bytes: photo.bytes.try_into().map_err(RepositoryError::other)?,
            created_at: to_column(photo.created_at)?,
        })
    }
}
