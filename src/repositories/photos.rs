//! The table `photos`. The bytes are in the object storage; a row is written when they are there, and goes when they are gone.

mod removal;
mod row;

use diesel::prelude::*;

use self::row::{NewPhotoRow, PhotoRow};
use super::{AnyConnection, Database, RepositoryError, Transaction, connection::insert_unless_present, schema::photos};
use crate::domain::{AppId, FanId, Photo, PhotoId};

/// The photos of one account's fans.
#[derive(Debug, Clone)]
pub struct PhotosRepository {
    database: Database,
    app_id: AppId,
}

/// Rows of the account that nobody has removed.
macro_rules! live {
    ($repository:expr) => {
        photos::table
            .filter(photos::app_id.eq($repository.app_id.as_str()))
            .filter(photos::removed_at.is_null())
    };
}

impl PhotosRepository {
    /// The photos of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// The database, for a transaction.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Writes a photo down, unless the fan has one from the same upload. `sha256` is the upload's, in hexadecimal digits.
    /// Returns whether it did.
    pub fn add(&self, tx: &mut Transaction<'_>, photo: &Photo, sha256: &str) -> Result<bool, RepositoryError> {
        let row = NewPhotoRow::new(self.app_id.as_str(), photo, sha256)?;
        insert_unless_present!(tx.connection(), photos::table, &row)
    }

    /// The fan's photo from the upload with this hash.
    pub async fn find_upload(&self, fan: FanId, sha256: &str) -> Result<Option<Photo>, RepositoryError> {
        let (repository, sha256) = (self.clone(), sha256.to_owned());
        let query = move |connection: &mut AnyConnection| repository.of_upload(connection, fan, &sha256);
        self.database.run_repeatable(query).await
    }

    /// As [`Self::find_upload`], in a transaction.
    pub fn find_upload_in(
        &self,
        tx: &mut Transaction<'_>,
        fan: FanId,
        sha256: &str,
    ) -> Result<Option<Photo>, RepositoryError> {
        self.of_upload(tx.connection(), fan, sha256)
    }

    fn of_upload(
        &self,
        connection: &mut AnyConnection,
        fan: FanId,
        sha256: &str,
    ) -> Result<Option<Photo>, RepositoryError> {
        let photo = live!(self).filter(photos::fan_id.eq(fan.to_string()));
        let photo = photo.filter(photos::sha256.eq(sha256)).select(PhotoRow::as_select());
        photo.first(connection).optional()?.map(PhotoRow::read).transpose()
    }

    /// The fan's photo with this id. None: there is none, or it is somebody else's.
    pub async fn find(&self, fan: FanId, id: PhotoId) -> Result<Option<Photo>, RepositoryError> {
        let repository = self.clone();
        let query = move |connection: &mut AnyConnection| {
            let photo = live!(repository).filter(photos::fan_id.eq(fan.to_string()));
            let photo = photo
                .filter(photos::id.eq(id.to_string()))
                .select(PhotoRow::as_select());
            photo.first(connection).optional()?.map(PhotoRow::read).transpose()
        };
        self.database.run_repeatable(query).await
    }

    /// At most `limit` photos of a fan, the newest first, beginning after the one with the id `before`.
    pub async fn list(&self, fan: FanId, before: Option<PhotoId>, limit: u16) -> Result<Vec<Photo>, RepositoryError> {
        let repository = self.clone();
        let query = move |connection: &mut AnyConnection| {
            let of_fan = live!(repository).filter(photos::fan_id.eq(fan.to_string()));
            // Ids sort by their time.
            let page = of_fan
                .order(photos::id.desc())
                .limit(limit.into())
                .select(PhotoRow::as_select());
            let rows: Vec<PhotoRow> = match before {
                Some(before) => page.filter(photos::id.lt(before.to_string())).load(connection)?,
                None => page.load(connection)?,
            };
            rows.into_iter().map(PhotoRow::read).collect()
        };
        self.database.run_repeatable(query).await
    }

    /// How many photos a fan has.
    pub async fn count(&self, fan: FanId) -> Result<u32, RepositoryError> {
        let repository = self.clone();
        let query = move |connection: &mut AnyConnection| repository.count_of(connection, fan);
        self.database.run_repeatable(query).await
    }

    /// As [`Self::count`], in a transaction that has locked the fan's row.
    pub fn count_in(&self, tx: &mut Transaction<'_>, fan: FanId) -> Result<u32, RepositoryError> {
        self.count_of(tx.connection(), fan)
    }

    fn count_of(&self, connection: &mut AnyConnection, fan: FanId) -> Result<u32, RepositoryError> {
        let of_fan = live!(self).filter(photos::fan_id.eq(fan.to_string()));
        let count: i64 = of_fan.count().get_result(connection)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Whether a row has this id, also one that is being removed.
    pub async fn is_named(&self, id: PhotoId) -> Result<bool, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let row = photos::table.filter(photos::app_id.eq(&app_id));
            let count: i64 = row
                .filter(photos::id.eq(id.to_string()))
                .count()
                .get_result(connection)?;
            Ok(count > 0)
        };
        self.database.run_repeatable(query).await
    }
}
