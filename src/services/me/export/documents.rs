//! The files in words and numbers. Their keys are for programs too, so they stay.

use serde::Serialize;

use crate::domain::{AuditRecord, FansProfile, Photo, PhotoId, SignIn, Timestamp};

/// `profile.json`: the fan's row.
#[derive(Serialize)]
pub(super) struct ProfileDocument<'a> {
    /// When this file was made.
    exported_at: String,
    openid: &'a str,
    unionid: Option<&'a str>,
    nickname: &'a str,
    avatar_url: &'a str,
    /// The copy beside this file.
    avatar: Option<&'static str>,
    /// The fan's number here.
    id: String,
    created_at: String,
    updated_at: String,
    consented_at: String,
    consent_version: &'a str,
    profile_refreshed_at: String,
    profile_cleared_at: Option<String>,
    follows: Option<bool>,
    follows_since: Option<String>,
    followed_by: Option<&'a str>,
    unfollowed_at: Option<String>,
}

/// `sign-ins.json`. Single sign-ins are not kept in the database.
#[derive(Serialize)]
pub(super) struct SignInsDocument {
    registered_at: String,
    /// To within an hour.
    last_sign_in_at: String,
    this_session: SessionDocument,
    /// What was done about the fan: sessions ended, data erased or downloaded.
    acts: Vec<ActDocument>,
}

#[derive(Serialize)]
struct SessionDocument {
    signed_in_at: String,
    ends_at: String,
}

#[derive(Serialize)]
struct ActDocument {
    at: String,
    act: String,
    /// `fan`, `operator`, `platform` or `fanpass`; not which operator.
    by: String,
}

/// An entry of `photos.json`.
#[derive(Serialize)]
pub(super) struct PhotoDocument {
    file: String,
    saved_at: String,
    width: u32,
    height: u32,
}

/// The copy of the avatar in the archive.
pub(super) const AVATAR_FILE: &str = "avatar.jpg";

/// The name of a photo in the archive.
pub(super) fn photo_file(id: PhotoId) -> String {
    format!("photos/{id}.jpg")
}

impl<'a> ProfileDocument<'a> {
    /// `has_avatar`: whether the copy of the avatar is beside this file.
    pub(super) fn new(fan: &'a FansProfile, has_avatar: bool, now: Timestamp) -> Self {
        let (profile, follow) = (&fan.profile, &fan.follow);
        Self {
            exported_at: now.to_rfc3339(),
            openid: profile.openid.as_str(),
            unionid: profile.unionid.as_deref(),
            nickname: &profile.nickname,
            avatar_url: &profile.avatar_url,
            avatar: has_avatar.then_some(AVATAR_FILE),
            id: fan.id.to_string(),
            created_at: fan.created_at.to_rfc3339(),
            updated_at: fan.updated_at.to_rfc3339(),
            consented_at: fan.consented_at.to_rfc3339(),
            consent_version: &fan.consent_version,
            profile_refreshed_at: fan.profile_refreshed_at.to_rfc3339(),
            profile_cleared_at: fan.profile_cleared_at.map(Timestamp::to_rfc3339),
            follows: follow.subscribed,
            follows_since: follow.subscribed_at.map(Timestamp::to_rfc3339),
            followed_by: follow.subscribe_scene.as_deref(),
            unfollowed_at: follow.unsubscribed_at.map(Timestamp::to_rfc3339),
        }
    }
}

impl SignInsDocument {
    /// `acts`: the rows of the audit log about the fan.
    pub(super) fn new(fan: &FansProfile, sign_in: &SignIn, acts: Vec<AuditRecord>) -> Self {
        let act = |record: AuditRecord| ActDocument {
            at: record.at.to_rfc3339(),
            act: record.act,
            by: record.actor_kind,
        };
        Self {
            registered_at: fan.created_at.to_rfc3339(),
            last_sign_in_at: fan.last_login_at.to_rfc3339(),
            this_session: SessionDocument {
                signed_in_at: sign_in.signed_in_at.to_rfc3339(),
                ends_at: sign_in.until.to_rfc3339(),
            },
            acts: acts.into_iter().map(act).collect(),
        }
    }
}

impl PhotoDocument {
    pub(super) fn new(photo: &Photo) -> Self {
        Self {
            file: photo_file(photo.id),
            saved_at: photo.created_at.to_rfc3339(),
            width: photo.width,
            height: photo.height,
        }
    }
}
