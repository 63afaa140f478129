//! The bodies of `sns/*`.

use actix_web::HttpResponse;
use serde::Serialize;

use crate::{
    fan::Fan,
    grant::Grant,
    grants::{ACCESS_TOKEN_TTL, TokenPair},
    response::json,
};

#[derive(Serialize)]
struct TokensBody<'a> {
    access_token: &'a str,
    expires_in: i64,
    refresh_token: &'a str,
    openid: &'a str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_snapshotuser: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<&'a str>,
}

/// What the platform has left blank since 2021 is blank here too.
#[derive(Serialize)]
struct ProfileBody<'a> {
    openid: &'a str,
    nickname: &'a str,
    sex: u8,
    language: &'a str,
    city: &'a str,
    province: &'a str,
    country: &'a str,
    headimgurl: &'a str,
    privilege: [&'a str; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<&'a str>,
}

pub(super) fn tokens(
    pair: &TokenPair,
    grant: &Grant,
    is_snapshotuser: Option<u8>,
    unionid: Option<&str>,
) -> HttpResponse {
    let body = TokensBody {
        access_token: &pair.access_token,
        expires_in: ACCESS_TOKEN_TTL,
        refresh_token: &pair.refresh_token,
        openid: &grant.openid,
        scope: grant.scope.as_str(),
        is_snapshotuser,
        unionid,
    };
    json(&body, 0)
}

pub(super) fn profile(fan: &Fan) -> HttpResponse {
    let body = ProfileBody {
        openid: &fan.openid,
        nickname: &fan.nickname,
        sex: 0,
        language: "",
        city: "",
        province: "",
        country: "",
        headimgurl: &fan.headimgurl,
        privilege: [],
        unionid: fan.unionid.as_deref(),
    };
    json(&body, 0)
}
