//! Removing photos. From a mark on nobody sees the row; it goes when the objects are gone.

use diesel::prelude::*;

use super::PhotosRepository;
use crate::{
    domain::{FanId, PhotoId, Timestamp},
    repositories::{AnyConnection, RepositoryError, Transaction, schema::photos, time::to_column},
};

/// The mark. Without its hash the same file may be uploaded again at once.
macro_rules! mark {
    ($rows:expr, $now:expr) => {
        diesel::update($rows).set((photos::removed_at.eq(Some($now)), photos::sha256.eq(None::<String>)))
    };
}

impl PhotosRepository {
    /// Marks a fan's photo as removed. Returns whether there was one.
    pub fn mark_removed(
        &self,
        tx: &mut Transaction<'_>,
        fan: FanId,
        id: PhotoId,
        now: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let photo = photos::table.filter(photos::app_id.eq(self.app_id.as_str()));
        let photo = photo.filter(photos::fan_id.eq(fan.to_string()));
        let photo = photo
            .filter(photos::id.eq(id.to_string()))
            .filter(photos::removed_at.is_null());
        Ok(mark!(photo, to_column(now)?).execute(tx.connection())? > 0)
    }

    /// Marks all photos of a fan as removed. Returns how many.
    pub fn mark_all_removed(
        &self,
        tx: &mut Transaction<'_>,
        fan: FanId,
        now: Timestamp,
    ) -> Result<usize, RepositoryError> {
        let of_fan = photos::table.filter(photos::app_id.eq(self.app_id.as_str()));
        let of_fan = of_fan
            .filter(photos::fan_id.eq(fan.to_string()))
            .filter(photos::removed_at.is_null());
        Ok(mark!(of_fan, to_column(now)?).execute(tx.connection())?)
    }

    /// At most `limit` photos that are marked as removed, with ids after `after`: of one fan or of all.
    pub async fn removed(
        &self,
        fan: Option<FanId>,
        after: Option<PhotoId>,
        limit: u16,
    ) -> Result<Vec<PhotoId>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let mut marked = photos::table
                .filter(photos::app_id.eq(&app_id))
                .filter(photos::removed_at.is_not_null())
                .order(photos::id)
                .limit(limit.into())
                .select(photos::id)
                .into_boxed();
            if let Some(fan) = fan {
                marked = marked.filter(photos::fan_id.eq(fan.to_string()));
            }
            if let Some(after) = after {
                marked = marked.filter(photos::id.gt(after.to_string()));
            }
            let ids: Vec<String> = marked.load(connection)?;
            let read = |id: &String| PhotoId::parse(id).map_err(RepositoryError::corrupt);
            ids.iter().map(read).collect()
        };
        self.database.run_repeatable(query).await
    }

    /// Deletes the row of a photo that is marked and whose objects are gone. Returns whether there was one.
    pub async fn delete_removed(&self, id: PhotoId) -> Result<bool, RepositoryError> {
        let app_id = self.app_id.to_string();
        let delete = move |connection: &mut AnyConnection| {
            let row = photos::table.filter(photos::app_id.eq(&app_id));
            let row = row
                .filter(photos::id.eq(id.to_string()))
                .filter(photos::removed_at.is_not_null());
            Ok(diesel::delete(row).execute(connection)? > 0)
        };
        self.database.run_repeatable(delete).await
    }
}
