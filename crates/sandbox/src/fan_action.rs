//! What a fan does, or what happens to one: it changes the fan, and the account is told by a push.

use std::{fmt, sync::Arc};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    fan::{Fan, FanChange},
    platform::Platform,
    push::Notice,
    push_sender::sender,
};

/// H5 网页: the code of nickname and avatar in `RevokeInfo`.
const NICKNAME_AND_AVATAR: &str = "205";
/// The platform's nickname for a fan without one.
const DEFAULT_NICKNAME: &str = "微信用户";

/// What happens.
#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum FanAction {
    /// The fan follows, not by a QR code of the account; `scene` is the `subscribe_scene`.
    Follow {
        scene: Option<String>,
    },
    Unfollow {},
    /// The fan scans a QR code of the account, by its ticket or its scene, and follows if they did not.
    Scan {
        ticket: Option<String>,
        scene: Option<String>,
    },
    /// The fan withdraws their consent; the codes are those of `RevokeInfo`.
    Withdraw {
        codes: Option<Codes>,
    },
    /// The fan closes their account with the platform.
    Close {},
    /// The platform clears nickname and picture.
    Modified {
        nickname: Option<String>,
    },
    /// The fan writes a text.
    Say {
        text: String,
    },
    /// The fan taps a key of the menu.
    Click {
        key: String,
    },
}

/// One code or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Codes {
    One(String),
    Many(Vec<String>),
}

/// Why nothing happens.
#[derive(Debug, PartialEq, Eq)]
pub enum ActionError {
    NoFan,
    NoQrCode,
    Refused(String),
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFan => f.write_str("nobody has this openid"),
            Self::NoQrCode => f.write_str("a scan needs the ticket of a QR code that has not expired, or a scene"),
            Self::Refused(fault) => f.write_str(fault),
        }
    }
}

/// The fan afterwards, and what the account is told.
#[derive(Debug)]
pub struct Done {
    pub fan: Arc<Fan>,
    pub notice: Notice,
}

/// Changes the fan.
///
/// # Errors
///
/// Where nobody has this openid, or there is no such QR code.
pub fn act(platform: &Platform, openid: &str, action: FanAction) -> Result<Done, ActionError> {
    let before = platform.fans.get(openid).ok_or(ActionError::NoFan)?;
    let (change, event, fields) = match action {
        FanAction::Follow { scene } => {
            let scene = scene.unwrap_or_else(|| "ADD_SCENE_SEARCH".to_owned());
            (following(scene, String::new()), "subscribe", json!({ "EventKey": "" }))
        }
        FanAction::Unfollow {} => {
            let change = FanChange {
                subscribe: Some(false),
                ..FanChange::default()
            };
            (change, "unsubscribe", json!({ "EventKey": "" }))
        }
        FanAction::Scan { ticket, scene } => scan(platform, &before, ticket, scene)?,
        FanAction::Withdraw { codes } => {
            revoke_tokens(platform, openid);
            (
                FanChange::default(),
                "user_authorization_revoke",
                json!({ "RevokeInfo": revoke_info(codes) }),
            )
        }
        FanAction::Close {} => {
            let notice = event_notice(platform, openid, "user_authorization_cancellation", &json!({}))?;
            platform.fans.close(openid);
            return Ok(Done { fan: before, notice });
        }
        FanAction::Modified { nickname } => {
            let change = FanChange {
                nickname: Some(nickname.unwrap_or_else(|| DEFAULT_NICKNAME.to_owned())),
                headimgurl: Some(String::new()),
                ..FanChange::default()
            };
            (change, "user_info_modified", json!({}))
        }
        FanAction::Say { text } => {
            let notice = Notice::message(&sender(platform, openid), "text", &Value::String(text), &Map::new());
            let notice = notice.map_err(ActionError::Refused)?;
            return Ok(Done { fan: before, notice });
        }
        FanAction::Click { key } => (FanChange::default(), "CLICK", json!({ "EventKey": key })),
    };
    let notice = event_notice(platform, openid, event, &fields)?;
    let now = platform.clock.now();
    let fan = platform.fans.change(openid, change, now, &platform.random);
    Ok(Done {
        fan: fan.ok_or(ActionError::NoFan)?,
        notice,
    })
}

/// A change, the event and its fields.
type Event = (FanChange, &'static str, Value);

fn following(scene: String, qr_scene: String) -> FanChange {
    FanChange {
        subscribe: Some(true),
        subscribe_scene: Some(scene),
        qr_scene: Some(qr_scene),
        ..FanChange::default()
    }
}

/// 带参数二维码: whoever follows sends `SCAN` with the scene, anybody else follows, with `qrscene_` in front of it.
fn scan(platform: &Platform, fan: &Fan, ticket: Option<String>, scene: Option<String>) -> Result<Event, ActionError> {
    let now = platform.clock.now();
    let (ticket, scene) = match (ticket, scene) {
        (Some(ticket), None) => {
            let code = platform.qr_codes.get(&ticket, now).ok_or(ActionError::NoQrCode)?;
            (ticket, code.scene)
        }
        // Where no code was created for it, one is, so that a scene can be tried alone.
        (None, Some(scene)) => match platform.qr_codes.find_by_scene(&scene, now) {
            Some(code) => (code.ticket, scene),
            None => (platform.qr_codes.create(scene.clone(), None, &platform.random).0, scene),
        },
        _ => return Err(ActionError::NoQrCode),
    };
    if fan.subscribe {
        let fields = json!({ "EventKey": scene, "Ticket": ticket });
        return Ok((FanChange::default(), "SCAN", fields));
    }
    let fields = json!({ "EventKey": format!("qrscene_{scene}"), "Ticket": ticket });
    Ok((following("ADD_SCENE_QR_CODE".to_owned(), scene), "subscribe", fields))
}

fn revoke_info(codes: Option<Codes>) -> String {
    match codes {
        None => NICKNAME_AND_AVATAR.to_owned(),
        Some(Codes::One(code)) => code,
        Some(Codes::Many(codes)) => codes.join(","),
    }
}

fn revoke_tokens(platform: &Platform, openid: &str) {
    let issued_so_far = platform.grants.last_serial();
    platform.fans.revoke(openid, |revoked| {
        revoked.access = issued_so_far;
        revoked.refresh = issued_so_far;
    });
}

fn event_notice(platform: &Platform, openid: &str, name: &str, fields: &Value) -> Result<Notice, ActionError> {
    let none = Map::new();
    let fields = fields.as_object().unwrap_or(&none);
    Notice::event(&sender(platform, openid), name, fields).map_err(ActionError::Refused)
}
