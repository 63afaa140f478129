//! `message/custom/*`: messages to fans who did something a short while ago.

use serde::Deserialize;
use serde_json::Value;

use super::{
    Answer,
    call::{Call, read},
    ok,
};
use crate::messages::Message;

/// The longest text, in bytes.
const MAX_TEXT: usize = 2048;
/// Kinds of message that the sandbox does not look into.
const OTHER_KINDS: [&str; 7] = [
    "music",
    "news",
    "mpnews",
    "mpnewsarticle",
    "msgmenu",
    "wxcard",
    "miniprogrampage",
];

/// 发送客服消息.
pub fn send(call: &Call<'_>, body: &[u8]) -> Answer {
    let request: Value = read(body)?;
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let (openid, kind) = (text("touser"), text("msgtype"));
    let content = request.get(kind).cloned().unwrap_or(Value::Null);
    check(call, kind, &content)?;
    call.platform.fans.take_message(openid, call.now())?;
    call.platform.messages.keep(Message {
        at: call.now(),
        openid: openid.to_owned(),
        kind: kind.to_owned(),
        content,
    });
    Ok(ok())
}

fn check(call: &Call<'_>, kind: &str, content: &Value) -> Result<(), i64> {
    let field = |name: &str| content.get(name).and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text" if field("content").is_empty() => Err(44004),
        "text" if field("content").len() > MAX_TEXT => Err(45002),
        "text" => Ok(()),
        "image" | "voice" | "video" => {
            let known = call.platform.media.get(field("media_id"), call.now());
            known.filter(|file| file.kind.name() == kind).map(|_| ()).ok_or(40007)
        }
        kind if OTHER_KINDS.contains(&kind) && content.is_object() => Ok(()),
        kind if OTHER_KINDS.contains(&kind) => Err(47001),
        _ => Err(40008),
    }
}

#[derive(Deserialize)]
struct TypingRequest {
    #[serde(default)]
    touser: String,
    #[serde(default)]
    command: String,
}

/// 客服输入状态. It takes no message of the window.
pub fn typing(call: &Call<'_>, body: &[u8]) -> Answer {
    let request: TypingRequest = read(body)?;
    if !["Typing", "CancelTyping"].contains(&request.command.as_str()) {
        return Err(45072.into());
    }
    let fan = call.platform.fans.get(&request.touser).ok_or(40003)?;
    let is_open = fan.window.is_some_and(|window| call.now() < window.until);
    if !(fan.subscribe && is_open) {
        return Err(45015.into());
    }
    Ok(ok())
}
