/// Why the platform shows an error page instead of following an authorize link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLink {
    /// The number on the page; 0 if the platform shows none.
    pub number: i64,
    /// What the page says.
    pub message: &'static str,
    /// What to look at, for the developer.
    pub hint: String,
}

impl BadLink {
    pub fn new(number: i64, message: &'static str, hint: impl Into<String>) -> Self {
        Self {
            number,
            message,
            hint: hint.into(),
        }
    }

    /// The platform's page for a link whose form it does not accept.
    pub fn malformed(hint: impl Into<String>) -> Self {
        Self::new(0, "该链接无法访问", hint)
    }

    /// The page outside WeChat when the account's settings demand its browser.
    pub fn outside_wechat() -> Self {
        Self::new(
            0,
            "请在微信客户端打开链接",
            "the setting require_wechat_browser is on, the User-Agent is not WeChat's",
        )
    }
}
