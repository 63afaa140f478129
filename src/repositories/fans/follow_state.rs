//! Whether fans follow the account.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{FansRepository, text};
use crate::{
    domain::{FanId, FollowState, OpenId, Timestamp},
    repositories::{
        AnyConnection, RepositoryError, Transaction,
        schema::fans_profiles,
        time::{from_column, to_column},
    },
};

/// A known fan, and when the platform was last asked whether they follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowCheck {
    /// The fan.
    pub id: FanId,
    /// Within this account.
    pub openid: OpenId,
    /// None: never.
    pub checked_at: Option<Timestamp>,
    /// What is known.
    pub subscribed: Option<bool>,
}

type CheckRow = (String, String, Option<PrimitiveDateTime>, Option<bool>);

impl FansRepository {
    /// Those of these openids who are fans. An openid that is not known is left out, and kept nowhere.
    #[tracing::instrument(name = "database.fans.follow_checks", level = "debug", skip_all)]
    pub async fn follow_checks(&self, openids: &[OpenId]) -> Result<Vec<FollowCheck>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let openids: Vec<String> = openids.iter().map(OpenId::to_string).collect();
        let query = move |connection: &mut AnyConnection| {
            let fans = fans_profiles::table.filter(fans_profiles::app_id.eq(&app_id));
            let fans = fans.filter(fans_profiles::openid.eq_any(&openids)).select((
                fans_profiles::id,
                fans_profiles::openid,
                fans_profiles::follow_checked_at,
                fans_profiles::subscribed,
            ));
            let rows: Vec<CheckRow> = fans.load(connection)?;
            rows.into_iter().map(read).collect()
        };
        self.database.run_repeatable(query).await
    }

    /// Stores what the platform said at `checked_at` about a fan, unless something newer is stored.
    pub fn set_follow_state(
        &self,
        tx: &mut Transaction<'_>,
        id: FanId,
        state: &FollowState,
        checked_at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let checked_at = to_column(checked_at)?;
        let fan = fans_profiles::table.filter(fans_profiles::id.eq(id.to_string()));
        let fan = fan.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let known = fans_profiles::follow_checked_at;
        let fan = fan.filter(known.is_null().or(known.le(checked_at)));
        let scene = state.subscribe_scene.as_deref().map(text::subscribe_scene);
        let changes = (
            fans_profiles::subscribed.eq(state.subscribed),
            fans_profiles::subscribed_at.eq(state.subscribed_at.map(to_column).transpose()?),
            fans_profiles::subscribe_scene.eq(scene),
            fans_profiles::follow_checked_at.eq(checked_at),
        );
        diesel::update(fan).set(changes).execute(tx.connection())?;
        Ok(())
    }

    /// Notes that these fans are still in the platform's list.
    pub fn note_still_followed(
        &self,
        tx: &mut Transaction<'_>,
        fans: &[FanId],
        checked_at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let ids: Vec<String> = fans.iter().map(FanId::to_string).collect();
        let fans = fans_profiles::table.filter(fans_profiles::id.eq_any(ids));
        let fans = fans.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let changes = fans_profiles::follow_checked_at.eq(to_column(checked_at)?);
        diesel::update(fans).set(changes).execute(tx.connection())?;
        Ok(())
    }

    /// At most `limit` fans who were not seen in the platform's list since `began`, though they were fans by then.
    #[tracing::instrument(name = "database.fans.not_seen_since", level = "debug", skip_all)]
    pub async fn not_seen_since(&self, began: Timestamp, limit: u16) -> Result<Vec<FanId>, RepositoryError> {
        let (app_id, began) = (self.app_id.to_string(), to_column(began)?);
        let query = move |connection: &mut AnyConnection| {
            let checked = fans_profiles::follow_checked_at;
            let fans = fans_profiles::table.filter(fans_profiles::app_id.eq(&app_id));
            let fans = fans.filter(checked.is_null().or(checked.lt(began)));
            let fans = fans.filter(fans_profiles::created_at.lt(began));
            let ids: Vec<String> = fans.select(fans_profiles::id).limit(limit.into()).load(connection)?;
            ids.iter()
                .map(|id| FanId::parse(id).map_err(RepositoryError::corrupt))
                .collect()
        };
        self.database.run_repeatable(query).await
    }
}

fn read((id, openid, checked_at, subscribed): CheckRow) -> Result<FollowCheck, RepositoryError> {
    Ok(FollowCheck {
        id: FanId::parse(&id).map_err(RepositoryError::corrupt)?,
        openid: OpenId::parse(&openid).map_err(RepositoryError::corrupt)?,
        checked_at: checked_at.map(from_column),
        subscribed,
    })
}
