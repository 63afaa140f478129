//! Whether fans follow the account.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{FansRepository, row::NEVER, text};
use crate::{
    domain::{FanId, FollowEvent, FollowState, OpenId, Timestamp},
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

/// Whether what is stored was said at `$at` or earlier.
macro_rules! is_not_newer {
    ($at:expr) => {
        fans_profiles::follow_checked_at
            .is_null()
            .or(fans_profiles::follow_checked_at.le($at))
    };
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

    /// Stores what the platform said at `checked_at` about a fan, unless something newer is stored. Who was known to follow
    /// and no longer does has stopped then.
    pub fn set_follow_state(
        &self,
        tx: &mut Transaction<'_>,
        id: FanId,
        state: &FollowState,
        checked_at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let (at, connection) = (to_column(checked_at)?, tx.connection());
        let fan = fans_profiles::table.filter(fans_profiles::id.eq(id.to_string()));
        let fan = fan.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let fan = fan.filter(is_not_newer!(at));
        if state.subscribed == Some(false) {
            let stopped = fan.clone().filter(fans_profiles::subscribed.eq(true));
            let since = fans_profiles::unsubscribed_at.eq(at);
            diesel::update(stopped).set(since).execute(connection)?;
        }
        let scene = state.subscribe_scene.as_deref().map(text::subscribe_scene);
        let came_back = state.subscribed == Some(true);
        let changes = (
            fans_profiles::subscribed.eq(state.subscribed),
            fans_profiles::subscribed_at.eq(state.subscribed_at.map(to_column).transpose()?),
            fans_profiles::subscribe_scene.eq(scene),
            fans_profiles::follow_checked_at.eq(at),
            came_back.then(|| fans_profiles::unsubscribed_at.eq(NEVER)),
        );
        diesel::update(fan).set(changes).execute(connection)?;
        Ok(())
    }

    /// Stores what a push of the moment `at` says, unless something newer is stored: pushes may come in another order than
    /// they were sent. Returns whether it did; an openid that is not a fan's is kept nowhere.
    pub fn note_follow_event(
        &self,
        tx: &mut Transaction<'_>,
        openid: &OpenId,
        event: &FollowEvent,
        at: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let at = to_column(at)?;
        let fan = fans_profiles::table.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let fan = fan.filter(fans_profiles::openid.eq(openid.as_str()));
        let fan = diesel::update(fan.filter(is_not_newer!(at)));
        let noted = |subscribed: bool, unsubscribed_at: Option<PrimitiveDateTime>| {
            (
                fans_profiles::subscribed.eq(subscribed),
                fans_profiles::unsubscribed_at.eq(unsubscribed_at),
                fans_profiles::follow_checked_at.eq(at),
            )
        };
        let how = |since: Option<PrimitiveDateTime>, scene: Option<&str>| {
            (
                fans_profiles::subscribed_at.eq(since),
                fans_profiles::subscribe_scene.eq(scene.map(text::subscribe_scene)),
            )
        };
        let connection = tx.connection();
        let changed = match event {
            FollowEvent::Subscribed { scene } => {
                let changes = (noted(true, NEVER), how(Some(at), scene.as_deref()));
                fan.set(changes).execute(connection)
            }
            FollowEvent::Seen => fan.set(noted(true, NEVER)).execute(connection),
            FollowEvent::Unsubscribed => {
                let changes = (noted(false, Some(at)), how(NEVER, None));
                fan.set(changes).execute(connection)
            }
        };
        Ok(changed? > 0)
    }

    /// Notes that these fans were still in the platform's list at `checked_at`.
    pub fn note_still_followed(
        &self,
        tx: &mut Transaction<'_>,
        fans: &[FanId],
        checked_at: Timestamp,
    ) -> Result<(), RepositoryError> {
        let ids: Vec<String> = fans.iter().map(FanId::to_string).collect();
        let fans = fans_profiles::table.filter(fans_profiles::id.eq_any(ids));
        let fans = fans.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let at = to_column(checked_at)?;
        let changes = fans_profiles::follow_checked_at.eq(at);
        diesel::update(fans.filter(is_not_newer!(at)))
            .set(changes)
            .execute(tx.connection())?;
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
