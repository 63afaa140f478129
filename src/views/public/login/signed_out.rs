use serde::Serialize;

use crate::views::Page;

/// Shows that nobody is signed in, and offers another login.
#[derive(Debug, Serialize)]
pub struct SignedOutPage {
    registered: bool,
}

impl SignedOutPage {
    /// For a fan who logged out.
    pub const fn logged_out() -> Self {
        Self { registered: true }
    }

    /// For a fan who chose not to register (`declined=1`).
    pub const fn not_registered() -> Self {
        Self { registered: false }
    }
}

impl Page for SignedOutPage {
    const TEMPLATE: &'static str = "public/login/signed_out.html";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::{has_link, render};

    #[test]
    fn both_kinds_say_what_happened_and_offer_a_login() {
        let logged_out = render(&SignedOutPage::logged_out());
        let not_registered = render(&SignedOutPage::not_registered());
        assert!(logged_out.contains("已退出登录") && !logged_out.contains("没有注册"));
        assert!(not_registered.contains("您没有注册") && !not_registered.contains("已退出"));
        assert!(has_link(&logged_out, "/login", "重新登录"));
        assert!(has_link(&not_registered, "/login", "注册或登录"));
    }
}
