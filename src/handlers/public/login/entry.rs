//! How a login begins, for this room and for every other whose pages need a fan.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};

use super::wechat_browser::is_wechat;
use crate::{
    domain::{NextPath, SignIn},
    handlers::public::PublicSite,
    http::{
        cookies::login::{sent_login_cookies, set_login_cookies},
        error::{AppError, ErrorKind},
        responses::{error_page, page, see_other},
    },
    services::login::{LoginRequest, Logins},
    views::{OutsideWechatPage, Retry, Views},
};

/// Begins logins on one worker thread.
#[derive(Clone)]
pub struct LoginEntry {
    /// Where and how the site is served.
    pub site: PublicSite,
    /// Renders the pages.
    pub views: Arc<Views>,
    /// Begins and completes logins.
    pub logins: Logins,
}

impl LoginEntry {
    /// What a route that leads to a login answers instead of it: a fan who is signed in goes on to `next`, and outside
    /// WeChat there may be a page. `None`: the login may begin.
    ///
    /// # Errors
    /// If the page cannot be rendered.
    pub(super) fn instead_of_entry(
        &self,
        request: &HttpRequest,
        signed_in: Option<&SignIn>,
        route: &str,
        next: &NextPath,
    ) -> Result<Option<HttpResponse>, AppError> {
        match signed_in {
            Some(_) => Ok(Some(see_other(next.as_str()))),
            None => self.instead_of_login(request, route, next),
        }
    }

    /// The page shown instead of a login outside WeChat, if the operator configured that. It shows the URL of `route` as a
    /// QR code, never a URL with a code or a state. `None`: the login may begin.
    ///
    /// # Errors
    /// If the page cannot be rendered.
    pub(in crate::handlers::public) fn instead_of_login(
        &self,
        request: &HttpRequest,
        route: &str,
        next: &NextPath,
    ) -> Result<Option<HttpResponse>, AppError> {
        if !self.site.require_app || is_wechat(request) {
            return Ok(None);
        }
        let url = self.site.url_of(route, next);
        let found = OutsideWechatPage::new(&url)?;
        page(&self.views, request, &found).map(Some)
    }

    /// Sends the browser to a silent login, unless it is in a login loop.
    ///
    /// # Errors
    /// If a cookie cannot be sealed, or a page cannot be rendered.
    pub(in crate::handlers::public) fn begin_silently(
        &self,
        request: &HttpRequest,
        next: NextPath,
    ) -> Result<HttpResponse, AppError> {
        if self.logins.is_looping(&sent_login_cookies(request, &self.logins)) {
            tracing::warn!("a browser signs in again and again and keeps no session");
            let retry = Retry::Login(&next);
            return error_page(&self.views, request, ErrorKind::SessionLost, Some(retry));
        }
        self.begin(request, LoginRequest::silent(next))
    }

    /// Sends the browser to the authorize page.
    ///
    /// # Errors
    /// If a cookie cannot be sealed.
    pub(in crate::handlers::public) fn begin(
        &self,
        request: &HttpRequest,
        login: LoginRequest,
    ) -> Result<HttpResponse, AppError> {
        let sent = sent_login_cookies(request, &self.logins);
        let begun = self.logins.begin(login, &sent)?;
        let redirect = see_other(&begun.authorize_url);
        Ok(set_login_cookies(redirect, begun.cookies, self.site.is_secure()))
    }
}
