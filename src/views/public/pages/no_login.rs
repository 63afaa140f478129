use serde::Serialize;

use crate::views::Page;

/// The index page of an account without logins. It links to none.
#[derive(Debug, Serialize)]
pub struct NoLoginPage {}

impl Page for NoLoginPage {
    const TEMPLATE: &'static str = "public/pages/no_login.html";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::routes, views::testing::render};

    #[test]
    fn it_names_the_account_and_leads_to_no_login() {
        let html = render(&NoLoginPage {});
        assert!(html.contains("爱花公众号"));
        for route in routes::LOGIN_ROUTES {
            assert!(!html.contains(&format!("\"{route}")), "{route}");
        }
    }
}
