use serde::Serialize;

use crate::{
    domain::{NextPath, Scope},
    views::{Page, links},
};

/// For a login that came back without a code, because the fan declined.
#[derive(Debug, Serialize)]
pub struct DeclinedPage {
    registration: bool,
    retry_href: String,
    leave_href: String,
}

impl DeclinedPage {
    /// A declined registration leads back to the prompt, a declined silent login to another one.
    pub fn new(scope: Scope, next: &NextPath) -> Self {
        match scope {
            Scope::UserInfo => Self {
                registration: true,
                retry_href: links::welcome(next),
                leave_href: links::decline(),
            },
            Scope::Base => Self {
                registration: false,
                retry_href: links::login(next),
                leave_href: links::decline(),
            },
        }
    }
}

impl Page for DeclinedPage {
    const TEMPLATE: &'static str = "public/login/declined.html";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::{has_link, render};

    #[test]
    fn a_declined_registration_leads_back_to_the_prompt() {
        let html = render(&DeclinedPage::new(Scope::UserInfo, &NextPath::parse("/shop")));
        assert!(html.contains("您已拒绝授权"));
        assert!(has_link(&html, "/welcome?next=%2Fshop", "再试一次"));
        assert!(has_link(&html, "/signed-out?declined=1", "暂不注册"));
    }

    #[test]
    fn a_declined_silent_login_leads_to_another() {
        let html = render(&DeclinedPage::new(Scope::Base, &NextPath::root()));
        assert!(has_link(&html, "/login?next=%2F", "再试一次"));
        assert!(has_link(&html, "/signed-out?declined=1", "暂不登录"));
    }
}
