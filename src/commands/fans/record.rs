use serde::Serialize;

use crate::domain::{FansProfile, Timestamp};

/// A fan in an export and in `--json`. Times are in RFC 3339, UTC.
#[derive(Serialize)]
pub struct FanRecord<'a> {
    pub id: String,
    pub openid: &'a str,
    pub unionid: Option<&'a str>,
    pub nickname: &'a str,
    pub avatar_url: &'a str,
    pub consented_at: String,
    pub consent_version: &'a str,
    pub profile_refreshed_at: String,
    /// None: nickname and avatar are as they were fetched.
    pub profile_cleared_at: Option<String>,
    pub last_login_at: String,
    /// None: not known.
    pub subscribed: Option<bool>,
    pub subscribed_at: Option<String>,
    pub subscribe_scene: Option<&'a str>,
    pub unsubscribed_at: Option<String>,
    pub created_at: String,
    pub updated_at: String,
}

impl<'a> FanRecord<'a> {
    /// The names of the columns.
    pub const COLUMNS: [&'static str; 16] = [
        "id",
        "openid",
        "unionid",
        "nickname",
        "avatar_url",
        "consented_at",
        "consent_version",
        "profile_refreshed_at",
        "profile_cleared_at",
        "last_login_at",
        "subscribed",
        "subscribed_at",
        "subscribe_scene",
        "unsubscribed_at",
        "created_at",
        "updated_at",
    ];

    /// The record of `fan`.
    pub fn new(fan: &'a FansProfile) -> Self {
        Self {
            id: fan.id.to_string(),
            openid: fan.profile.openid.as_str(),
            unionid: fan.profile.unionid.as_deref(),
            nickname: &fan.profile.nickname,
            avatar_url: &fan.profile.avatar_url,
            consented_at: fan.consented_at.to_rfc3339(),
            consent_version: &fan.consent_version,
            profile_refreshed_at: fan.profile_refreshed_at.to_rfc3339(),
            profile_cleared_at: fan.profile_cleared_at.map(Timestamp::to_rfc3339),
            last_login_at: fan.last_login_at.to_rfc3339(),
            subscribed: fan.follow.subscribed,
            subscribed_at: fan.follow.subscribed_at.map(Timestamp::to_rfc3339),
            subscribe_scene: fan.follow.subscribe_scene.as_deref(),
            unsubscribed_at: fan.follow.unsubscribed_at.map(Timestamp::to_rfc3339),
            created_at: fan.created_at.to_rfc3339(),
            updated_at: fan.updated_at.to_rfc3339(),
        }
    }

    /// The values, in the order of [`Self::COLUMNS`]. What is absent is empty.
    pub fn cells(&self) -> [&str; 16] {
        [
            &self.id,
            self.openid,
            self.unionid.unwrap_or_default(),
            self.nickname,
            self.avatar_url,
            &self.consented_at,
            self.consent_version,
            &self.profile_refreshed_at,
            self.profile_cleared_at.as_deref().unwrap_or_default(),
            &self.last_login_at,
            match self.subscribed {
                Some(true) => "true",
                Some(false) => "false",
                None => "",
            },
            self.subscribed_at.as_deref().unwrap_or_default(),
            self.subscribe_scene.unwrap_or_default(),
            self.unsubscribed_at.as_deref().unwrap_or_default(),
            &self.created_at,
            &self.updated_at,
        ]
    }
}
