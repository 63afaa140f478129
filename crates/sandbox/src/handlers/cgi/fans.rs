//! `user/*`: who follows the account.

use serde::Deserialize;
use serde_json::{Value, json as value};

use super::{
    Answer,
    call::{Call, read},
};
use crate::fan::Fan;

/// Openids on a page of `user/get`.
const PAGE: usize = 10_000;
/// Fans that one `batchget` may ask for.
const BATCH: usize = 100;

/// 获取用户基本信息. The platform has left the profile blank since 2021.
pub fn info(call: &Call<'_>, _: &[u8]) -> Answer {
    let openid = call.parameters.require("openid", 41009)?;
    let fan = call.platform.fans.get(openid).ok_or(40003)?;
    Ok(show(&fan))
}

#[derive(Deserialize)]
struct BatchRequest {
    #[serde(default)]
    user_list: Vec<BatchEntry>,
}

#[derive(Deserialize)]
struct BatchEntry {
    #[serde(default)]
    openid: String,
}

/// 批量获取用户基本信息. One wrong openid refuses the whole call.
pub fn info_batch(call: &Call<'_>, body: &[u8]) -> Answer {
    let request: BatchRequest = read(body)?;
    match request.user_list.len() {
        0 => return Err(40031.into()),
        1..=BATCH => {}
        _ => return Err(40032.into()),
    }
    let find = |entry: &BatchEntry| call.platform.fans.get(&entry.openid);
    let found: Option<Vec<_>> = request.user_list.iter().map(find).collect();
    let shown: Vec<_> = found.ok_or(40003)?.iter().map(|fan| show(fan)).collect();
    Ok(value!({ "user_info_list": shown }))
}

/// 获取用户列表, in the order in which the fans were made. A page's `next_openid` is its last openid.
pub fn followers(call: &Call<'_>, _: &[u8]) -> Answer {
    let after = call.parameters.get("next_openid");
    let (total, openids) = call.platform.fans.followers(after, PAGE).ok_or(40003)?;
    let next = openids.last().cloned().unwrap_or_default();
    let mut page = value!({ "total": total, "count": openids.len(), "next_openid": next });
    if let (false, Some(fields)) = (openids.is_empty(), page.as_object_mut()) {
        fields.insert("data".to_owned(), value!({ "openid": openids }));
    }
    Ok(page)
}

/// Of a fan who does not follow, only that comes back.
fn show(fan: &Fan) -> Value {
    let mut shown = match fan.subscribe {
        false => value!({ "subscribe": 0, "openid": fan.openid }),
        true => value!({
            "subscribe": 1, "openid": fan.openid, "nickname": "", "sex": 0, "language": "zh_CN", "city": "",
            "province": "", "country": "", "headimgurl": "", "subscribe_time": fan.subscribe_time, "remark": "",
            "groupid": 0, "tagid_list": fan.tags, "subscribe_scene": fan.subscribe_scene, "qr_scene": 0,
            "qr_scene_str": fan.qr_scene,
        }),
    };
    if let (Some(unionid), Some(fields)) = (&fan.unionid, shown.as_object_mut()) {
        fields.insert("unionid".to_owned(), unionid.clone().into());
    }
    shown
}
