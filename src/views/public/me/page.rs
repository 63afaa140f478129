use serde::Serialize;

use super::kept::{KEPT, KeptWords};
use crate::{
    domain::{FansProfile, ProfileState, routes},
    views::{Page, public::pages::visible_nickname},
};

/// What is kept of a fan. The days are as in `2026-11-28`.
#[derive(Debug)]
pub struct KeptOfFan<'a> {
    /// The row.
    pub fan: &'a FansProfile,
    /// The day of the registration.
    pub registered: String,
    /// The day of the last consent.
    pub consented: String,
    /// The day on which the profile was fetched or withdrawn.
    pub refreshed: String,
    /// The day of the last login.
    pub last_login: String,
    /// The day on which the fan began to follow.
    pub followed: Option<String>,
    /// How many photos. None where fans have none.
    pub photos: Option<u32>,
    /// The names of the apps that may ask for fans.
    pub viewers: &'a [String],
    /// How long the audit log is kept, in days.
    pub audit_keep_days: u32,
}

/// The page on which a fan sees what is kept.
#[derive(Debug, Serialize)]
pub struct MePage<'a> {
    nickname: Option<&'a str>,
    has_avatar: bool,
    has_unionid: bool,
    registered: &'a str,
    consented: &'a str,
    consent_version: &'a str,
    refreshed: &'a str,
    is_withdrawn: bool,
    last_login: &'a str,
    follows: Option<bool>,
    followed: Option<&'a str>,
    photos: Option<u32>,
    viewers: &'a [String],
    audit_keep_days: u32,
    kept: Vec<KeptWords>,
    photos_href: &'static str,
    refresh_href: &'static str,
    sign_out_href: &'static str,
    export_href: &'static str,
    delete_href: &'static str,
    home_href: &'static str,
}

impl<'a> MePage<'a> {
    /// The page of this fan.
    pub fn new(kept: &'a KeptOfFan<'a>) -> Self {
        let fan = kept.fan;
        // Nobody who has no photos needs to read of them.
        let is_said = |words: &&KeptWords| words.room != "photos" || kept.photos.is_some();
        Self {
            nickname: visible_nickname(&fan.profile.nickname),
            has_avatar: fan.avatar.is_some() || !fan.profile.avatar_url.is_empty(),
            has_unionid: fan.profile.unionid.is_some(),
            registered: &kept.registered,
            consented: &kept.consented,
            consent_version: &fan.consent_version,
            refreshed: &kept.refreshed,
            is_withdrawn: fan.profile_state() == ProfileState::Withdrawn,
            last_login: &kept.last_login,
            follows: fan.follow.subscribed,
            followed: kept.followed.as_deref(),
            photos: kept.photos,
            viewers: kept.viewers,
            audit_keep_days: kept.audit_keep_days,
            kept: KEPT.iter().filter(is_said).copied().collect(),
            photos_href: routes::PHOTOS,
            refresh_href: routes::ME_REFRESH,
            sign_out_href: routes::ME_SIGN_OUT,
            export_href: routes::ME_EXPORT,
            delete_href: routes::ME_DELETE,
            home_href: routes::INDEX,
        }
    }
}

impl Page for MePage<'_> {
    const TEMPLATE: &'static str = "public/me/me.html";
}
