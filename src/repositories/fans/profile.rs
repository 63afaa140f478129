//! Nickname and avatar: stored when they are fetched again, and emptied.

use diesel::prelude::*;

use super::{
    FansRepository,
    row::{NEVER, ProfileChanges},
};
use crate::{
    domain::{AvatarId, FanId, Profile, ProfileErasure, Timestamp},
    repositories::{AnyConnection, RepositoryError, Transaction, schema::fans_profiles, time::to_column},
};

/// The row of a fan of the repository's account.
macro_rules! of_fan {
    ($repository:expr, $id:expr) => {
        fans_profiles::table
            .filter(fans_profiles::id.eq($id.to_string()))
            .filter(fans_profiles::app_id.eq($repository.app_id.as_str()))
    };
}

/// Whether the platform's cleaning emptied the profile, and not the fan's withdrawal.
macro_rules! may_be_fetched {
    () => {
        fans_profiles::profile_cleared_at.gt(fans_profiles::profile_refreshed_at.nullable())
    };
}

impl FansRepository {
    /// Stores a profile that was fetched at `fetched_at`, unless the fan is gone, the stored one is newer, or it was emptied
    /// since or was withdrawn. Returns whether it did. The consent stays as it is.
    #[tracing::instrument(name = "database.fans.refresh_profile", level = "debug", skip_all)]
    pub async fn refresh_profile(
        &self,
        id: FanId,
        profile: &Profile,
        fetched_at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let (repository, profile) = (self.clone(), profile.clone());
        let update =
            move |connection: &mut AnyConnection| repository.store_profile(connection, id, &profile, fetched_at);
        self.database.run_repeatable(update).await
    }

    /// As [`Self::refresh_profile`], in a transaction.
    pub fn refresh_profile_in(
        &self,
        tx: &mut Transaction<'_>,
        id: FanId,
        profile: &Profile,
        fetched_at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        self.store_profile(tx.connection(), id, profile, fetched_at)
    }

    fn store_profile(
        &self,
        connection: &mut AnyConnection,
        id: FanId,
        profile: &Profile,
        fetched_at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let fetched_at = to_column(fetched_at)?;
        let fan = of_fan!(self, id).filter(fans_profiles::openid.eq(profile.openid.as_str()));
        let fan = fan.filter(fans_profiles::profile_refreshed_at.le(fetched_at));
        let cleared = fans_profiles::profile_cleared_at;
        let fan = fan.filter(cleared.is_null().or(cleared.lt(fetched_at).and(may_be_fetched!())));
        let changes = (ProfileChanges::new(profile, fetched_at), cleared.eq(NEVER));
        Ok(diesel::update(fan).set(changes).execute(connection)? > 0)
    }

    /// Empties nickname and avatar. What the fan withdrew stays withdrawn, whatever the platform cleans afterwards. Returns the
    /// copy of the avatar that the row named, and names no more.
    pub fn clear_profile(
        &self,
        tx: &mut Transaction<'_>,
        id: FanId,
        why: ProfileErasure,
        now: Timestamp,
    ) -> Result<Option<AvatarId>, RepositoryError> {
        let avatar = self.avatar_of(tx, id)?;
        let (at, connection) = (to_column(now)?, tx.connection());
        let emptied = (
            fans_profiles::nickname.eq(""),
            fans_profiles::avatar_url.eq(""),
            fans_profiles::avatar_object.eq(None::<String>),
            fans_profiles::profile_cleared_at.eq(at),
            fans_profiles::updated_at.eq(at),
        );
        match why {
            ProfileErasure::Withdrawn => {
                let withdrawn = (emptied, fans_profiles::profile_refreshed_at.eq(at));
                diesel::update(of_fan!(self, id)).set(withdrawn).execute(connection)?;
            }
            ProfileErasure::Cleaned => {
                let fan = of_fan!(self, id);
                let fan = fan.filter(fans_profiles::profile_cleared_at.is_null().or(may_be_fetched!()));
                let cleaned = diesel::update(fan).set(emptied).execute(connection)?;
                // Fetched in this very second, it would count as withdrawn.
                let fan = of_fan!(self, id).filter(fans_profiles::profile_refreshed_at.ge(at));
                let before = fans_profiles::profile_refreshed_at.eq(to_column(now.plus_seconds(-1))?);
                if cleaned == 0 {
                    return Ok(None);
                }
                diesel::update(fan).set(before).execute(connection)?;
            }
        }
        Ok(avatar)
    }
}
