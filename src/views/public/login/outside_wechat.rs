use serde::Serialize;

use crate::views::{Page, ViewError, qr_code};

/// For a browser other than WeChat's: the URL as a QR code and as text.
#[derive(Debug, Serialize)]
pub struct OutsideWechatPage<'a> {
    url: &'a str,
    qr_svg: String,
}

impl<'a> OutsideWechatPage<'a> {
    /// `url` is the URL to open in WeChat. It must contain neither a code nor a state.
    ///
    /// # Errors
    /// If the URL is too long for a QR code.
    pub fn new(url: &'a str) -> Result<Self, ViewError> {
        Ok(Self {
            url,
            qr_svg: qr_code::svg(url)?,
        })
    }
}

impl Page for OutsideWechatPage<'_> {
    const TEMPLATE: &'static str = "public/login/outside_wechat.html";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::render;

    #[test]
    fn it_shows_the_url_twice_and_offers_to_copy_it() {
        let html = render(&OutsideWechatPage::new("https://fans.example.com/login?next=%2Fa&x=<b>").unwrap());
        assert!(html.contains("请在微信客户端打开"));
        assert!(html.contains("https://fans.example.com/login?next=%2Fa&amp;x=&lt;b&gt;"));
        assert!(html.contains("<svg ") && !html.contains("<?xml"));
        // Without scripts the button would do nothing, so app.js shows it.
        assert!(html.contains("data-copy hidden>复制地址"));
    }
}
