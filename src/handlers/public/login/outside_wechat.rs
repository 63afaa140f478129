use actix_web::{HttpRequest, HttpResponse};

use super::{LoginState, wechat_browser::is_wechat};
use crate::{
    domain::NextPath,
    http::{error::AppError, responses::page},
    views::OutsideWechatPage,
};

/// The page shown instead of a login outside WeChat, if the operator configured that. It shows the URL of `route` as a QR
/// code, never a URL with a code or a state. None: the login may begin.
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
    Some(found.and_then(|found| page(&state.views, request, &found)))
}
