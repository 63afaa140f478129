//! What the platform checks of a menu before it takes it. Lengths are bytes.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use url::Url;

use crate::account_settings::AccountSettings;

const MAX_KEY: usize = 128;
const MAX_URL: usize = 1024;
/// Domains that the URLs of a conditional menu may lead to.
const MAX_DOMAINS: usize = 3;

/// The figures and errcodes of a level.
struct Level {
    max_name: usize,
    name: i64,
    kind: i64,
    key: i64,
    url: i64,
    domain: i64,
}

const TOP: Level = Level {
    max_name: 16,
    name: 40018,
    kind: 40017,
    key: 40019,
    url: 40020,
    domain: 40055,
};
const SUB: Level = Level {
    max_name: 60,
    name: 40025,
    kind: 40024,
    key: 40026,
    url: 40027,
    domain: 40054,
};

/// The buttons of a request, checked and in the form in which `menu/get` returns them.
///
/// # Errors
///
/// The platform's errcode of the first fault.
pub fn buttons_of(menu: &Value, is_conditional: bool, settings: &AccountSettings) -> Result<Vec<Value>, i64> {
    let buttons = menu.get("button").and_then(Value::as_array).ok_or(40016)?;
    if !(1..=3).contains(&buttons.len()) {
        return Err(40016);
    }
    let buttons: Vec<_> = buttons
        .iter()
        .map(|button| top(button, settings))
        .collect::<Result<_, _>>()?;
    if is_conditional && domains(&buttons) > MAX_DOMAINS {
        return Err(65316);
    }
    Ok(buttons)
}

fn top(button: &Value, settings: &AccountSettings) -> Result<Value, i64> {
    let subs = button.get("sub_button").and_then(Value::as_array);
    let Some(subs) = subs.filter(|subs| !subs.is_empty()) else {
        return leaf(button, &TOP, settings);
    };
    let name = name(button, &TOP)?;
    if subs.len() > 5 {
        return Err(40023);
    }
    if subs.iter().any(|sub| sub.pointer("/sub_button/0").is_some()) {
        return Err(40022);
    }
    let subs: Vec<_> = subs
        .iter()
        .map(|sub| leaf(sub, &SUB, settings))
        .collect::<Result<_, _>>()?;
    Ok(json!({ "name": name, "sub_button": subs }))
}

fn leaf(button: &Value, level: &Level, settings: &AccountSettings) -> Result<Value, i64> {
    let name = name(button, level)?;
    let kind = button.get("type").and_then(Value::as_str).ok_or(level.kind)?;
    let needed = |field: &str, missing: i64| text(button, field).filter(|text| !text.is_empty()).ok_or(missing);
    let mut shown = json!({ "type": kind, "name": name, "sub_button": [] });
    let mut show = |field: &str, value: &str| {
        if let Some(fields) = shown.as_object_mut() {
            fields.insert(field.to_owned(), value.into());
        }
    };
    match kind {
        "view" => show("url", url(button, level)?),
        "miniprogram" => {
            let app_id = needed("appid", 40013)?;
            show("url", url(button, level)?);
            show("pagepath", needed("pagepath", 40035)?);
            show("appid", app_id);
            let linked = settings.linked_mini_programs.as_ref();
            if linked.is_some_and(|linked| !linked.iter().any(|each| each == app_id)) {
                return Err(45064);
            }
        }
        "media_id" | "view_limited" => show("media_id", needed("media_id", 40007)?),
        "article_id" | "article_view_limited" => show("article_id", needed("article_id", 53600)?),
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album" | "pic_weixin"
        | "location_select" => {
            let key = needed("key", level.key)?;
            if key.len() > MAX_KEY {
                return Err(level.key);
            }
            show("key", key);
        }
        _ => return Err(level.kind),
    }
    Ok(shown)
}

fn name<'a>(button: &'a Value, level: &Level) -> Result<&'a str, i64> {
    let name = text(button, "name").ok_or(level.name)?;
    (1..=level.max_name)
        .contains(&name.len())
        .then_some(name)
        .ok_or(level.name)
}

fn url<'a>(button: &'a Value, level: &Level) -> Result<&'a str, i64> {
    let url = text(button, "url").ok_or(level.url)?;
    if !(1..=MAX_URL).contains(&url.len()) {
        return Err(level.url);
    }
    let is_web = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    is_web.then_some(url).ok_or(level.domain)
}

fn text<'a>(button: &'a Value, field: &str) -> Option<&'a str> {
    button.get(field)?.as_str()
}

/// How many hosts the URLs lead to.
fn domains(buttons: &[Value]) -> usize {
    let subs = buttons
        .iter()
        .filter_map(|button| button.get("sub_button")?.as_array())
        .flatten();
    let urls = buttons
        .iter()
        .chain(subs)
        .filter_map(|button| Url::parse(text(button, "url")?).ok());
    let hosts: BTreeSet<_> = urls.filter_map(|url| url.host_str().map(str::to_owned)).collect();
    hosts.len()
}
