use actix_web::{HttpRequest, HttpResponse};

use super::{AppState, answers::page, wechat_browser::is_wechat};
use crate::middleware::app_error::AppError;
use crate::{domain::NextPath, views::OutsideWechatPage};

/// The page that stands in for a login outside WeChat, where the operator wants that: the address of `route` as a QR
/// code, never one with a code or a state in it. None: the login may begin.
pub(super) fn instead_of_login(
    request: &HttpRequest,
    state: &AppState,
    route: &str,
    next: &NextPath,
) -> Option<Result<HttpResponse, AppError>> {
    if !state.site.require_app || is_wechat(request) {
        return None;
    }
    let address = state.site.address(route, next);
    Some(
        OutsideWechatPage::new(&address)
            .map_err(AppError::from)
            .and_then(|found| page(state, &found)),
    )
}
