//! The account's calls, quotas and tokens.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Json, Path, Query},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::problem;
use crate::{
    account_tokens::AccountToken, endpoint::Endpoint, handlers::cgi::media::deliver, media::File, platform::Platform,
    quotas::QuotaChange,
};

#[derive(Deserialize)]
pub(super) struct Filter {
    path: Option<String>,
}

/// All calls by path, or those of one path, by name or path.
pub(super) async fn calls(filter: Query<Filter>, platform: Data<Platform>) -> HttpResponse {
    let mut calls = platform.request_log.calls();
    match filter.into_inner().path {
        None => HttpResponse::Ok().json(calls),
        Some(path) => {
            let path = match Endpoint::try_from(path.clone()) {
                Ok(endpoint) => endpoint.path().to_owned(),
                Err(_) => format!("/{}", path.trim_start_matches('/')),
            };
            HttpResponse::Ok().json(calls.remove(&path).unwrap_or_default())
        }
    }
}

pub(super) async fn quotas(platform: Data<Platform>) -> HttpResponse {
    let now = platform.clock.now();
    let row = |endpoint: Endpoint| Some((endpoint.name().to_owned(), json!(platform.quotas.get(endpoint, now))));
    let rows: serde_json::Map<String, Value> = Endpoint::ALL.into_iter().filter_map(row).collect();
    HttpResponse::Ok().json(rows)
}

pub(super) async fn change_quota(
    endpoint: Path<Endpoint>,
    change: Json<QuotaChange>,
    platform: Data<Platform>,
) -> HttpResponse {
    HttpResponse::Ok().json(platform.quotas.change(*endpoint, &change, platform.clock.now()))
}

pub(super) async fn reset_quotas(platform: Data<Platform>) -> HttpResponse {
    platform.quotas.reset();
    quotas(platform).await
}

/// The account's tokens with their text, and whether they are good.
pub(super) async fn tokens(platform: Data<Platform>) -> HttpResponse {
    let now = platform.clock.now();
    let row = |token: AccountToken| {
        json!({
            "name": token.name,
            "access_token": token.text,
            "expires_at": token.expires_at,
            "replaced_at": token.replaced_at,
            "errcode": token.errcode(now).unwrap_or(0),
        })
    };
    let rows: Vec<_> = platform.account_tokens.list().into_iter().map(row).collect();
    HttpResponse::Ok().json(rows)
}

/// As if another system had fetched a token of each kind.
pub(super) async fn end_tokens(platform: Data<Platform>) -> HttpResponse {
    platform.account_tokens.end_all(platform.clock.now());
    tokens(platform).await
}

/// The menu in force, as `get_current_selfmenu_info` shows it, and what made it.
pub(super) async fn menu(platform: Data<Platform>) -> HttpResponse {
    let mut menu = platform.menus.current();
    if let Some(fields) = menu.as_object_mut() {
        fields.insert("is_of_console".to_owned(), platform.menus.is_of_console().into());
        fields.insert("conditional".to_owned(), platform.menus.conditional_count().into());
    }
    HttpResponse::Ok().json(menu)
}

/// A menu as the console makes one: `{"button": […]}` in the shape of `get_current_selfmenu_info`.
pub(super) async fn make_menu_in_console(menu: Json<Value>, platform: Data<Platform>) -> HttpResponse {
    let Some(buttons) = menu.get("button").and_then(Value::as_array) else {
        return problem(StatusCode::BAD_REQUEST, "a menu is {\"button\": […]}");
    };
    platform.menus.make_in_console(buttons.clone());
    self::menu(platform).await
}

pub(super) async fn delete_menu(platform: Data<Platform>) -> HttpResponse {
    platform.menus.delete();
    menu(platform).await
}

/// Messages that one answer shows.
const MAX_MESSAGES: usize = 500;

/// What was sent to fans, the newest first.
pub(super) async fn messages(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.messages.list(MAX_MESSAGES))
}

pub(super) async fn clear_messages(platform: Data<Platform>) -> HttpResponse {
    platform.messages.clear();
    HttpResponse::NoContent().finish()
}

/// The files, the newest first.
pub(super) async fn media(platform: Data<Platform>) -> HttpResponse {
    let files = platform.media.list(platform.clock.now()).into_iter();
    let row = |(id, file): (String, File)| {
        json!({
            "media_id": id,
            "type": file.kind,
            "content_type": file.content_type,
            "bytes": file.content.length,
            "created_at": file.created_at,
        })
    };
    HttpResponse::Ok().json(files.map(row).collect::<Vec<_>>())
}

/// The QR codes, the newest first.
pub(super) async fn qr_codes(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.qr_codes.list())
}

/// A file as it was uploaded.
pub(super) async fn file(id: Path<String>, platform: Data<Platform>) -> HttpResponse {
    let found = platform.media.get(&id, platform.clock.now()).ok_or(40007);
    match found.and_then(|file| deliver(&id, file)) {
        Ok(response) => response,
        Err(_) => problem(StatusCode::NOT_FOUND, "there is no such file"),
    }
}
