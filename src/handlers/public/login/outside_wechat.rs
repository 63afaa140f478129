use actix_web::{HttpRequest, HttpResponse};

use super::{LoginState, wechat_browser::is_wechat};
use crate::{
    domain::NextPath,
    http::{error::AppError, responses::page},
    views::OutsideWechatPage,
};

/// The page that stands in for a login outside WeChat, where the operator wants that: the URL of `route` as a QR code,
/// never one with a code or a state in it. None: the login may begin.
pub(in crate::handlers::public) fn instead_of_login(
    request: &HttpRequest,
    state: &LoginState,
    route: &str,
    next: &NextPath,
) -> Option<Result<HttpResponse, AppError>> {
    if !state.site.require_app || is_wechat(request) {
        return None;
    }
    let url = state.site.url_of(route, next);
    let found = OutsideWechatPage::new(&url).map_err(AppError::from);
    Some(found.and_then(|found| page(&state.views, &found)))
}
