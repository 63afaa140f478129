mod texts;

use std::borrow::Cow;

use serde::Serialize;

use super::{Page, links};
use crate::domain::NextPath;

/// What went wrong, as far as a fan may know. Which HTTP status goes with it is the handlers' business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The login's state is unknown, foreign, missing or used up; also what a fan sees after 使用完整服务.
    LoginExpired,
    /// The platform refused the code, and a second login did not help.
    CodeRefused,
    /// Our own settings are at fault; the page does not say which.
    Configuration,
    /// The platform answered with an error or with garbage.
    PlatformFault,
    /// The platform did not answer in time.
    PlatformTimeout,
    /// The platform is busy, a quota is spent, or we are overloaded.
    Busy,
    /// The database is down.
    DatabaseDown,
    /// The browser signs in again and again and keeps no session.
    SessionLost,
    /// No such page.
    NotFound,
    /// The page exists, but not for this method.
    MethodNotAllowed,
    /// The request cannot be understood.
    BadRequest,
    /// The request is longer than any that this site asks for.
    RequestTooLarge,
    /// Too many requests from one address.
    TooManyRequests,
    /// A form was posted from another site.
    ForbiddenOrigin,
    /// A fault of ours.
    Internal,
}

/// Where the page's button leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry<'a> {
    /// To a new silent login.
    Login(&'a NextPath),
    /// Back to the registration prompt; a failed registration never restarts itself.
    Registration(&'a NextPath),
    /// To the same address once more.
    Reload,
    /// To the index page.
    Home,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Action {
    label: &'static str,
    href: Cow<'static, str>,
}

impl Action {
    const HOME: Self = Self {
        label: "返回首页",
        href: Cow::Borrowed("/"),
    };
}

/// The one page for every failure: what happened, what to do next, and the number that finds it in the log.
#[derive(Debug, Serialize)]
pub struct ErrorPage<'a> {
    icon: &'static str,
    title: &'static str,
    message: &'static str,
    hint: Option<&'static str>,
    wait: Option<String>,
    action: Action,
    second_action: Option<Action>,
    request_id: &'a str,
}

impl<'a> ErrorPage<'a> {
    /// The page of a failure, with the button that suits it in general.
    pub fn new(failure: Failure, request_id: &'a str) -> Self {
        let texts = texts::of(failure);
        let page = Self {
            icon: texts.icon,
            title: texts.title,
            message: texts.message,
            hint: texts.hint,
            wait: None,
            action: Action::HOME,
            second_action: None,
            request_id,
        };
        page.with_retry(general_retry(failure, &NextPath::root()))
    }

    /// Leads elsewhere than in general.
    #[must_use]
    pub fn with_retry(self, retry: Retry<'_>) -> Self {
        let (action, second_action) = actions(retry);
        Self {
            action,
            second_action,
            ..self
        }
    }

    /// Says when to come back, in seconds, as in `Retry-After`.
    #[must_use]
    pub fn with_retry_after(self, seconds: u64) -> Self {
        let wait = match seconds {
            0 => None,
            1..=90 => Some(format!("请约 {seconds} 秒后再试。")),
            _ => Some(format!("请约 {} 分钟后再试。", seconds.div_ceil(60))),
        };
        Self { wait, ..self }
    }
}

impl Page for ErrorPage<'_> {
    const TEMPLATE: &'static str = "error.html";
}

fn general_retry(failure: Failure, root: &NextPath) -> Retry<'_> {
    match failure {
        Failure::LoginExpired
        | Failure::SessionLost
        | Failure::CodeRefused
        | Failure::Configuration
        | Failure::PlatformFault
        | Failure::PlatformTimeout => Retry::Login(root),
        // The grant of a code that is already spent is kept for some minutes: the same address completes the login.
        Failure::DatabaseDown | Failure::Busy | Failure::TooManyRequests => Retry::Reload,
        Failure::NotFound
        | Failure::MethodNotAllowed
        | Failure::BadRequest
        | Failure::RequestTooLarge
        | Failure::ForbiddenOrigin
        | Failure::Internal => Retry::Home,
    }
}

fn actions(retry: Retry<'_>) -> (Action, Option<Action>) {
    let to = |label, href: Cow<'static, str>| Action { label, href };
    match retry {
        Retry::Login(next) => (to("重新登录", links::login(next).into()), None),
        Retry::Registration(next) => (
            to("返回注册页", links::welcome(next).into()),
            Some(to("暂不注册", links::DECLINE.into())),
        ),
        // The empty reference is this very address.
        Retry::Reload => (to("重新加载", "".into()), Some(Action::HOME)),
        Retry::Home => (Action::HOME, None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{has_link, render, render_for, site};
    use super::*;

    #[test]
    fn every_failure_has_a_reason_a_next_step_and_its_number() {
        for failure in texts::ALL {
            let html = render(&ErrorPage::new(failure, "01JD-request"));
            let texts = texts::of(failure);
            assert!(
                html.contains(texts.title) && html.contains(texts.message),
                "{failure:?}"
            );
            assert!(html.contains("weui-btn_primary"), "{failure:?}");
            assert!(html.contains("01JD-request"), "{failure:?}");
            assert!(html.contains("kefu@example.com"), "{failure:?}");
        }
    }

    #[test]
    fn an_expired_login_explains_the_snapshot_page() {
        let html = render(&ErrorPage::new(Failure::LoginExpired, "id"));
        assert!(html.contains("登录链接已失效") && html.contains("使用完整服务"));
        assert!(has_link(&html, "/login?next=%2F", "重新登录"));
    }

    #[test]
    fn a_database_that_is_down_is_reloaded() {
        let html = render(&ErrorPage::new(Failure::DatabaseDown, "id"));
        assert!(has_link(&html, "", "重新加载"));
        assert!(has_link(&html, "/", "返回首页"));
    }

    #[test]
    fn a_failed_registration_leads_back_to_the_prompt() {
        let next = NextPath::parse("/shop");
        let page = ErrorPage::new(Failure::PlatformTimeout, "id").with_retry(Retry::Registration(&next));
        let html = render(&page);
        assert!(has_link(&html, "/welcome?next=%2Fshop", "返回注册页"));
        assert!(has_link(&html, "/signed-out?declined=1", "暂不注册"));
        assert!(!html.contains("/login"));
    }

    #[test]
    fn it_says_when_to_come_back() {
        let html = |seconds| render(&ErrorPage::new(Failure::Busy, "id").with_retry_after(seconds));
        assert!(html(5).contains("请约 5 秒后再试。"));
        assert!(html(91).contains("请约 2 分钟后再试。"));
        assert!(!html(0).contains("请约"));
    }

    #[test]
    fn it_names_no_contact_that_is_not_there() {
        let mut site = site();
        site.contact = None;
        let html = render_for(&site, &ErrorPage::new(Failure::Internal, "id"));
        assert!(!html.contains("请联系"));
    }

    #[test]
    fn a_request_id_is_text() {
        assert!(render(&ErrorPage::new(Failure::Internal, "<b>")).contains("&lt;b&gt;"));
    }
}
