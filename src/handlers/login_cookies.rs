use actix_web::{HttpRequest, http::header};

use super::AppState;
use crate::services::pending_logins::SentCookie;

/// The login cookies of a request, by their raw names: a look-alike with an encoded name is not ours, and a
/// neighbour's broken bytes hide nothing.
pub(super) fn sent_login_cookies(request: &HttpRequest, state: &AppState) -> Vec<SentCookie> {
    let headers = request.headers().get_all(header::COOKIE);
    let pairs = headers.flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| login_cookie(pair, state)).collect()
}

fn login_cookie(pair: &[u8], state: &AppState) -> Option<SentCookie> {
    let (name, value) = std::str::from_utf8(pair).ok()?.split_once('=')?;
    let name = name.trim_matches([' ', '\t']);
    let is_ours = state.logins.is_login_cookie(name);
    is_ours.then(|| SentCookie {
        name: name.to_owned(),
        value: value.trim_matches([' ', '\t']).to_owned(),
    })
}
