use serde::Serialize;

use crate::{
    domain::NextPath,
    views::{Page, links},
};

/// For a snapshot fan (网页快照页), who is not signed in. WeChat's own button leads on.
#[derive(Debug, Serialize)]
pub struct SnapshotPage {
    login_href: String,
}

impl SnapshotPage {
    /// `next` is where the fan wanted to go.
    pub fn new(next: &NextPath) -> Self {
        Self {
            login_href: links::login(next),
        }
    }
}

impl Page for SnapshotPage {
    const TEMPLATE: &'static str = "public/login/snapshot.html";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::{has_link, render};

    #[test]
    fn it_points_to_wechats_own_button() {
        let html = render(&SnapshotPage::new(&NextPath::root()));
        for essential in ["快照页", "右下角", "「使用完整服务」", "没有登录", "没有保存"] {
            assert!(html.contains(essential), "{essential}");
        }
        assert!(has_link(&html, "/login?next=%2F", "重新登录"));
    }
}
