//! `qrcode/create`.

use serde::Deserialize;
use serde_json::{Value, json as value};

use super::{
    Answer,
    call::{Call, read},
};

const DEFAULT_SECONDS: i64 = 60;
const MAX_SECONDS: i64 = 2_592_000;
/// The highest number of a permanent code.
const MAX_PERMANENT: u64 = 100_000;

#[derive(Deserialize)]
struct QrRequest {
    expire_seconds: Option<i64>,
    #[serde(default)]
    action_name: String,
    #[serde(default)]
    action_info: Value,
}

/// 生成带参数的二维码.
pub fn create(call: &Call<'_>, body: &[u8]) -> Answer {
    let request: QrRequest = read(body)?;
    let scene = scene(&request).ok_or(40053)?;
    let seconds = match (request.action_name.starts_with("QR_LIMIT_"), request.expire_seconds) {
        (true, _) => None,
        (false, None) => Some(DEFAULT_SECONDS),
        // A longer time is cut to the longest, a wrong one to the default.
        (false, Some(seconds)) if seconds <= 0 => Some(DEFAULT_SECONDS),
        (false, Some(seconds)) => Some(seconds.min(MAX_SECONDS)),
    };
    let expires_at = seconds.map(|seconds| call.now() + seconds);
    let (ticket, url) = call.platform.qr_codes.create(scene, expires_at, &call.platform.random);
    let mut answer = value!({ "ticket": ticket, "url": url });
    if let (Some(seconds), Some(fields)) = (seconds, answer.as_object_mut()) {
        fields.insert("expire_seconds".to_owned(), seconds.into());
    }
    Ok(answer)
}

/// The scene, if it fits the action.
fn scene(request: &QrRequest) -> Option<String> {
    let scene = request.action_info.get("scene")?;
    let number = |most: u64| {
        let id = scene.get("scene_id")?.as_u64()?;
        (1..=most).contains(&id).then(|| id.to_string())
    };
    match request.action_name.as_str() {
        "QR_SCENE" => number(u32::MAX.into()),
        "QR_LIMIT_SCENE" => number(MAX_PERMANENT),
        "QR_STR_SCENE" | "QR_LIMIT_STR_SCENE" => {
            let text = scene.get("scene_str")?.as_str()?;
            (1..=64).contains(&text.chars().count()).then(|| text.to_owned())
        }
        _ => None,
    }
}
