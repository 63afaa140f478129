//! What the page at `/account` shows.

use serde::Serialize;

use crate::{menus::DrawnButton, qr_codes::QrCode};

/// The page at `/account`. Times are Beijing's.
#[derive(Serialize)]
pub struct AccountPage<'a> {
    pub app_id: &'a str,
    pub time: String,
    pub followers: usize,
    /// `None` where the whitelist is off.
    pub ip_whitelist: Option<Vec<String>>,
    pub tokens: Vec<TokenRow>,
    pub buttons: Vec<DrawnButton>,
    pub is_of_console: bool,
    pub conditional_menus: usize,
    pub calls: Vec<CallRow>,
    pub requests: Vec<RequestRow>,
    pub messages: Vec<MessageRow>,
    /// Media id, type, content type, and length in kilobytes.
    pub media: Vec<(String, &'static str, String, u64)>,
    pub qr_codes: Vec<QrCode>,
}

/// A token of the account, or its ticket.
#[derive(Serialize)]
pub struct TokenRow {
    pub name: String,
    /// The first characters of its text.
    pub begin: String,
    /// What a call with it gets: 0 while it is good.
    pub errcode: i64,
    pub minutes_left: i64,
    pub calls: u64,
}

/// The calls of a path, with its quota.
#[derive(Serialize)]
pub struct CallRow {
    pub path: String,
    pub total: u64,
    /// Errcodes with their counts; 0 is success.
    pub errcodes: Vec<(i64, u64)>,
    pub used: u64,
    pub daily_limit: Option<u64>,
}

/// A request.
#[derive(Serialize)]
pub struct RequestRow {
    pub time: String,
    pub method: String,
    pub path: String,
    pub token: String,
    pub errcode: Option<i64>,
    pub fault: Option<&'static str>,
    pub ip: String,
}

/// A message to a fan.
#[derive(Serialize)]
pub struct MessageRow {
    pub time: String,
    pub nickname: String,
    pub kind: String,
    pub text: String,
}
