//! Fans who stopped to follow and did not come back: they neither follow nor signed in since.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::FansRepository;
use crate::{
    domain::{FanId, OpenId, Timestamp},
    repositories::{AnyConnection, RepositoryError, Transaction, schema::fans_profiles, time::to_column},
};

/// The fans of the repository's account who stopped to follow at `$before` or earlier and did not come back.
macro_rules! gone_since {
    ($repository:expr, $before:expr) => {{
        let before: PrimitiveDateTime = $before;
        let left = fans_profiles::unsubscribed_at;
        fans_profiles::table
            .filter(fans_profiles::app_id.eq($repository.app_id.as_str()))
            .filter(left.le(before))
            .filter(fans_profiles::subscribed.eq(false))
            .filter(left.ge(fans_profiles::last_login_at.nullable()))
    }};
}

impl FansRepository {
    /// At most `limit` fans who stopped to follow at `before` or earlier and did not come back, the earliest first.
    #[tracing::instrument(name = "database.fans.unfollowed", level = "debug", skip_all)]
    pub async fn unfollowed(&self, before: Timestamp, limit: u16) -> Result<Vec<(FanId, OpenId)>, RepositoryError> {
        let (repository, before) = (self.clone(), to_column(before)?);
        let query = move |connection: &mut AnyConnection| {
            let fans = gone_since!(repository, before).order(fans_profiles::unsubscribed_at);
            let fans = fans.select((fans_profiles::id, fans_profiles::openid));
            let rows: Vec<(String, String)> = fans.limit(limit.into()).load(connection)?;
            rows.iter()
                .map(|(id, openid)| {
                    let id = FanId::parse(id).map_err(RepositoryError::corrupt)?;
                    Ok((id, OpenId::parse(openid).map_err(RepositoryError::corrupt)?))
                })
                .collect()
        };
        self.database.run_repeatable(query).await
    }

    /// Removes the row of such a fan, unless they have come back. Returns whether it did.
    pub fn remove_unfollowed(
        &self,
        tx: &mut Transaction<'_>,
        id: FanId,
        before: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let fan = gone_since!(self, to_column(before)?).filter(fans_profiles::id.eq(id.to_string()));
        Ok(diesel::delete(fan).execute(tx.connection())? > 0)
    }
}
