//! The page at `/account`: tokens, menu, calls and quotas, and what was sent.

use actix_web::{HttpResponse, web};
use serde_json::Value;

use crate::{
    account_tokens::AccountToken,
    beijing::clock_time,
    endpoint::Endpoint,
    messages::Message,
    pages::{AccountPage, CallRow, MessageRow, RequestRow, TokenRow},
    platform::Platform,
    request_log::{Entry, PathCalls},
};

/// Rows of each list.
const LISTED: usize = 20;
/// Characters of a token that are shown.
const SHOWN: usize = 12;

pub async fn show(platform: web::Data<Platform>) -> HttpResponse {
    let now = platform.clock.now();
    let settings = platform.settings.current();
    let whitelist = settings.ip_whitelist.clone();
    platform.pages.account(&AccountPage {
        app_id: &platform.app_id,
        time: clock_time(now),
        followers: platform.fans.followers(None, 0).map_or(0, |(total, _)| total),
        ip_whitelist: whitelist.map(|ranges| ranges.into_iter().map(String::from).collect()),
        tokens: tokens(&platform, now),
        buttons: platform.menus.drawn(),
        is_of_console: platform.menus.is_of_console(),
        conditional_menus: platform.menus.conditional_count(),
        calls: platform
            .request_log
            .calls()
            .into_iter()
            .map(|(path, calls)| call_row(&platform, path, calls, now))
            .collect(),
        requests: platform
            .request_log
            .recent(LISTED)
            .into_iter()
            .map(request_row)
            .collect(),
        messages: platform
            .messages
            .list(LISTED)
            .into_iter()
            .map(|message| message_row(&platform, message))
            .collect(),
        media: media(&platform, now),
        qr_codes: platform.qr_codes.list().into_iter().take(LISTED).collect(),
    })
}

/// The newest tokens first, then the ticket.
fn tokens(platform: &Platform, now: i64) -> Vec<TokenRow> {
    let calls = platform.request_log.calls();
    let row = |token: AccountToken| TokenRow {
        errcode: token.errcode(now).unwrap_or(0),
        minutes_left: (token.replaced_at.unwrap_or(token.expires_at).min(token.expires_at) - now).max(0) / 60,
        calls: calls
            .values()
            .filter_map(|of_path| of_path.tokens.get(&token.name))
            .map(|count| count.total)
            .sum(),
        begin: token.text.chars().take(SHOWN).collect(),
        name: token.name,
    };
    let mut rows: Vec<_> = platform
        .account_tokens
        .list()
        .into_iter()
        .rev()
        .take(LISTED)
        .map(row)
        .collect();
    if let Some((text, expires_at)) = platform.ticket.current() {
        rows.push(TokenRow {
            name: "jsapi_ticket".to_owned(),
            begin: text.chars().take(SHOWN).collect(),
            errcode: if now < expires_at { 0 } else { 42001 },
            minutes_left: (expires_at - now).max(0) / 60,
            calls: 0,
        });
    }
    rows
}

fn call_row(platform: &Platform, path: String, calls: PathCalls, now: i64) -> CallRow {
    let quota = Endpoint::known(&path).map(|endpoint| platform.quotas.get(endpoint, now));
    CallRow {
        path,
        total: calls.count.total,
        errcodes: calls.count.errcodes.into_iter().collect(),
        used: quota.map_or(0, |quota| quota.used),
        daily_limit: quota.and_then(|quota| quota.daily_limit),
    }
}

fn request_row(entry: Entry) -> RequestRow {
    RequestRow {
        time: clock_time(entry.at),
        method: entry.method,
        path: entry.path,
        token: entry.token,
        errcode: entry.errcode,
        fault: entry.fault,
        ip: entry.ip,
    }
}

fn message_row(platform: &Platform, message: Message) -> MessageRow {
    let fan = platform.fans.get(&message.openid);
    let text = message.content.get("content").and_then(Value::as_str);
    MessageRow {
        time: clock_time(message.at),
        nickname: fan.map_or_else(|| message.openid.clone(), |fan| fan.nickname.clone()),
        kind: message.kind,
        text: text.map_or_else(|| message.content.to_string(), str::to_owned),
    }
}

fn media(platform: &Platform, now: i64) -> Vec<(String, &'static str, String, u64)> {
    let files = platform.media.list(now).into_iter().take(LISTED);
    files
        .map(|(id, file)| {
            (
                id,
                file.kind.name(),
                file.content_type,
                file.content.length.div_ceil(1024),
            )
        })
        .collect()
}
