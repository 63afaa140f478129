//! Which copy of the avatar a fan has.

use diesel::prelude::*;

use super::FansRepository;
use crate::{
    domain::{AvatarId, FanId, OpenId},
    repositories::{AnyConnection, RepositoryError, Transaction, schema::fans_profiles},
};

/// The platform's URL of an avatar, and the copy of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAvatar {
    /// Empty where the fan has none.
    pub url: String,
    /// None: it was not copied.
    pub copy: Option<AvatarId>,
}

impl FansRepository {
    /// The copy of a fan's avatar, for a transaction that removes the row or empties the profile. Locks the row: a copy that is
    /// being made is named before or not at all.
    pub fn avatar_of(&self, tx: &mut Transaction<'_>, fan: FanId) -> Result<Option<AvatarId>, RepositoryError> {
        if !self.lock(tx, fan)? {
            return Ok(None);
        }
        let row = fans_profiles::table.filter(fans_profiles::id.eq(fan.to_string()));
        let row = row.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let copy: Option<Option<String>> = row
            .select(fans_profiles::avatar_object)
            .first(tx.connection())
            .optional()?;
        parse(copy.flatten())
    }

    /// The avatar of whoever has this openid.
    pub fn stored_avatar(
        &self,
        tx: &mut Transaction<'_>,
        openid: &OpenId,
    ) -> Result<Option<StoredAvatar>, RepositoryError> {
        let row = fans_profiles::table.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let row = row.filter(fans_profiles::openid.eq(openid.as_str()));
        let found: Option<(String, Option<String>)> = row
            .select((fans_profiles::avatar_url, fans_profiles::avatar_object))
            .first(tx.connection())
            .optional()?;
        let read = |(url, copy)| parse(copy).map(|copy| StoredAvatar { url, copy });
        found.map(read).transpose()
    }

    /// Gives a fan another copy, or none, if URL and copy are still those of `stored`. Returns whether they were.
    pub fn replace_avatar(
        &self,
        tx: &mut Transaction<'_>,
        fan: FanId,
        stored: &StoredAvatar,
        copy: Option<AvatarId>,
    ) -> Result<bool, RepositoryError> {
        let row = fans_profiles::table.filter(fans_profiles::id.eq(fan.to_string()));
        let row = row.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let row = row.filter(fans_profiles::avatar_url.eq(&stored.url));
        let set = fans_profiles::avatar_object.eq(copy.map(|copy| copy.to_string()));
        let connection = tx.connection();
        let changed = match stored.copy {
            Some(old) => {
                let row = row.filter(fans_profiles::avatar_object.eq(old.to_string()));
                diesel::update(row).set(set).execute(connection)?
            }
            None => {
                let row = row.filter(fans_profiles::avatar_object.is_null());
                diesel::update(row).set(set).execute(connection)?
            }
        };
        Ok(changed > 0)
    }

    /// Whether a row names this copy. Reads all rows: it is asked when a process died while it copied one.
    pub async fn names_avatar(&self, copy: AvatarId) -> Result<bool, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let row = fans_profiles::table.filter(fans_profiles::app_id.eq(&app_id));
            let row = row.filter(fans_profiles::avatar_object.eq(copy.to_string()));
            let count: i64 = row.count().get_result(connection)?;
            Ok(count > 0)
        };
        self.database.run_repeatable(query).await
    }
}

fn parse(copy: Option<String>) -> Result<Option<AvatarId>, RepositoryError> {
    let read = |copy: String| AvatarId::parse(&copy).map_err(RepositoryError::corrupt);
    copy.map(read).transpose()
}
