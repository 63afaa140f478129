//! The chat of a fan and the account: what the fan wrote and did, the replies, and customer messages.

use serde_json::Value;

use crate::{
    beijing::clock_time,
    messages::Message,
    pages::{ChatLine, Segment, Side, segments},
    platform::Platform,
    push::{PushRecord, Reply},
};

/// Pushes and messages that are looked through, and lines that are shown.
const LOOKED_THROUGH: usize = 200;
const SHOWN: usize = 60;

/// What WeChat shows where an answer is missing or wrong.
const FAULT: &str = "该公众号提供的服务出现故障，请稍后再试";

/// The lines of a fan's chat, the newest last.
pub fn chat(platform: &Platform, openid: &str) -> Vec<ChatLine> {
    let pushes = platform.pushes.list(LOOKED_THROUGH).into_iter().rev();
    let messages = platform.messages.list(LOOKED_THROUGH).into_iter().rev();
    let mut lines: Vec<ChatLine> = pushes
        .filter(|push| push.openid == openid)
        .flat_map(|push| of_push(&push))
        .chain(messages.filter(|message| message.openid == openid).map(of_message))
        .collect();
    // A stable order: what came in one second stays in the order of its kind.
    lines.sort_by_key(|line| line.at);
    lines.split_off(lines.len().saturating_sub(SHOWN))
}

/// What the fan did, and what they read after it.
fn of_push(push: &PushRecord) -> Vec<ChatLine> {
    let event = push.kind.strip_prefix("event/");
    let (side, text) = match event {
        Some(_) => (Side::Event, push.text.clone()),
        None if push.kind == "text" => (Side::Fan, push.text.clone()),
        None => (Side::Fan, format!("[{}] {}", push.kind, push.text)),
    };
    let mut lines = vec![line(push.at, side, plain(text))];
    if let Some(reply) = &push.reply {
        lines.push(of_reply(push.at, reply));
    }
    if push.fault_shown {
        lines.push(line(push.at, Side::Fault, plain(FAULT.to_owned())));
    }
    lines
}

fn of_reply(at: i64, reply: &Reply) -> ChatLine {
    match &reply.text {
        Some(text) => line(at, Side::Account, segments(text)),
        None => ChatLine {
            reply: Some(reply.clone()),
            ..line(at, Side::Account, Vec::new())
        },
    }
}

fn of_message(message: Message) -> ChatLine {
    let text = message.content.get("content").and_then(Value::as_str);
    match text {
        Some(text) => line(message.at, Side::Account, segments(text)),
        None => line(
            message.at,
            Side::Account,
            plain(format!("[{}] {}", message.kind, message.content)),
        ),
    }
}

fn plain(text: String) -> Vec<Segment> {
    vec![Segment { text, url: None }]
}

fn line(at: i64, side: Side, text: Vec<Segment>) -> ChatLine {
    ChatLine {
        at,
        time: clock_time(at),
        side,
        text,
        reply: None,
    }
}
