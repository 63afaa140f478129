mod failure;
mod retry;
mod texts;

use serde::Serialize;

pub use failure::Failure;
pub use retry::Retry;

use self::retry::{Action, actions, general_retry};
use super::Page;
use crate::{
    domain::{Language, NextPath},
    texts::{TextError, Texts},
};

/// The page for every failure: what happened, what to do next, and the request's id in the log.
#[derive(Debug, Serialize)]
pub struct ErrorPage<'a> {
    icon: &'static str,
    /// Ids of texts, as the fields below.
    title: &'static str,
    message: &'static str,
    hint: Option<&'static str>,
    wait: Option<Wait>,
    action: Action,
    second_action: Option<Action>,
    request_id: &'a str,
}

/// How long to wait, in the unit that a reader would choose.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Wait {
    Seconds(u64),
    Minutes(u64),
}

impl<'a> ErrorPage<'a> {
    /// The page of a failure, with its usual button.
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

    /// Replaces the usual button.
    #[must_use]
    pub fn with_retry(self, retry: Retry<'_>) -> Self {
        let (action, second_action) = actions(retry);
        Self {
            action,
            second_action,
            ..self
        }
    }

    /// Shows after how many seconds to come back, as in `Retry-After`.
    #[must_use]
    pub fn with_retry_after(self, seconds: u64) -> Self {
        let wait = match seconds {
            0 => None,
            1..=90 => Some(Wait::Seconds(seconds)),
            _ => Some(Wait::Minutes(seconds.div_ceil(60))),
        };
        Self { wait, ..self }
    }
}

/// What happened and what to do, for a problem document.
///
/// # Errors
/// If the built-in texts lack one.
pub fn failure_texts(texts: &Texts, language: Language, failure: Failure) -> Result<(String, String), TextError> {
    let ids = texts::of(failure);
    Ok((
        texts.plain(language, ids.title, &[])?,
        texts.plain(language, ids.message, &[])?,
    ))
}

/// The ids of the texts of a failure: what happened, and what to do.
pub(super) const fn texts_of(failure: Failure) -> (&'static str, &'static str) {
    let ids = texts::of(failure);
    (ids.title, ids.message)
}

impl Page for ErrorPage<'_> {
    const TEMPLATE: &'static str = "error.html";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use crate::{
        texts::Texts,
        views::testing::{has_link, render, render_for, site},
    };

    #[test]
    fn every_failure_has_a_reason_a_next_step_and_its_number() {
        for failure in Failure::ALL {
            let html = render(&ErrorPage::new(failure, "01JD-request"));
            let texts = texts::of(failure);
            let built_in = Texts::new(&BTreeMap::new()).unwrap();
            for id in [texts.title, texts.message].into_iter().chain(texts.hint) {
                let text = built_in.html(Language::Chinese, id, &[]).unwrap();
                assert!(html.contains(&text), "{failure:?}: {text}");
            }
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
