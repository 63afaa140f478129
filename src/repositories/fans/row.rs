use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{NewFan, text};
use crate::{
    domain::{AppId, AvatarId, FanId, FansProfile, FollowState, OpenId, Profile},
    repositories::{RepositoryError, schema::fans_profiles, time::from_column},
};

/// For a column that is to be empty.
pub const NEVER: Option<PrimitiveDateTime> = None;

/// A stored row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = fans_profiles)]
pub struct FanRow {
    id: String,
    app_id: String,
    openid: String,
    unionid: Option<String>,
    nickname: String,
    avatar_url: String,
    consented_at: PrimitiveDateTime,
    consent_version: String,
    profile_refreshed_at: PrimitiveDateTime,
    last_login_at: PrimitiveDateTime,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    subscribed: Option<bool>,
    subscribed_at: Option<PrimitiveDateTime>,
    subscribe_scene: Option<String>,
    unsubscribed_at: Option<PrimitiveDateTime>,
    profile_cleared_at: Option<PrimitiveDateTime>,
    avatar_object: Option<String>,
}

impl FanRow {
    /// Converts the row into a fan.
    ///
    /// # Errors
    /// [`RepositoryError::Corrupt`] if an id, the AppID or the openid is malformed.
    pub fn read(self) -> Result<FansProfile, RepositoryError> {
        let avatar = self.avatar_object.map(|id| AvatarId::parse(&id)).transpose();
        Ok(FansProfile {
            avatar: avatar.map_err(RepositoryError::corrupt)?,
            id: FanId::parse(&self.id).map_err(RepositoryError::corrupt)?,
            app_id: AppId::parse(&self.app_id).map_err(RepositoryError::corrupt)?,
            profile: Profile {
                openid: OpenId::parse(&self.openid).map_err(RepositoryError::corrupt)?,
                unionid: self.unionid,
                nickname: self.nickname,
                avatar_url: self.avatar_url,
            },
            consented_at: from_column(self.consented_at),
            consent_version: self.consent_version,
            profile_refreshed_at: from_column(self.profile_refreshed_at),
            profile_cleared_at: self.profile_cleared_at.map(from_column),
            last_login_at: from_column(self.last_login_at),
            follow: FollowState {
                subscribed: self.subscribed,
                subscribed_at: self.subscribed_at.map(from_column),
                subscribe_scene: self.subscribe_scene,
                unsubscribed_at: self.unsubscribed_at.map(from_column),
            },
            created_at: from_column(self.created_at),
            updated_at: from_column(self.updated_at),
        })
    }
}

/// The columns that a fetched profile changes. Diesel leaves `None` out of an update, so without a unionid the stored one
/// stays.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = fans_profiles)]
pub struct ProfileChanges<'a> {
    unionid: Option<&'a str>,
    nickname: String,
    avatar_url: &'a str,
    profile_refreshed_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
}

impl<'a> ProfileChanges<'a> {
    /// The changes of a profile that was fetched at `fetched_at`.
    pub fn new(profile: &'a Profile, fetched_at: PrimitiveDateTime) -> Self {
        Self {
            unionid: text::unionid(profile.unionid.as_deref()),
            nickname: text::nickname(&profile.nickname),
            avatar_url: text::avatar_url(&profile.avatar_url),
            profile_refreshed_at: fetched_at,
            updated_at: fetched_at,
        }
    }
}

/// The columns that a registration changes besides the profile.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = fans_profiles)]
pub struct ConsentChanges<'a> {
    consented_at: PrimitiveDateTime,
    consent_version: &'a str,
    last_login_at: PrimitiveDateTime,
}

/// The row of a fan who registers. For a known fan only the changes are written.
#[derive(Insertable)]
#[diesel(table_name = fans_profiles)]
pub struct NewFanRow<'a> {
    id: String,
    pub app_id: &'a str,
    pub openid: &'a str,
    created_at: PrimitiveDateTime,
    #[diesel(embed)]
    pub profile: ProfileChanges<'a>,
    #[diesel(embed)]
    pub consent: ConsentChanges<'a>,
}

impl<'a> NewFanRow<'a> {
    /// The row of `fan`, who registers at `now`.
    pub fn new(app_id: &'a str, fan: &'a NewFan, now: PrimitiveDateTime) -> Self {
        Self {
            id: fan.id.to_string(),
            app_id,
            openid: fan.profile.openid.as_str(),
            created_at: now,
            profile: ProfileChanges::new(&fan.profile, now),
            consent: ConsentChanges {
                consented_at: now,
                consent_version: &fan.consent_version,
                last_login_at: now,
            },
        }
    }
}
