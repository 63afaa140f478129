use serde::Serialize;

use super::{Page, ViewError, qr};

/// Answers a browser other than WeChat's: the address as a QR code and as text.
#[derive(Debug, Serialize)]
pub struct OutsideWechatPage<'a> {
    address: &'a str,
    qr_svg: String,
}

impl<'a> OutsideWechatPage<'a> {
    /// `address` is what WeChat shall open: never one with a code or a state in it.
    ///
    /// # Errors
    /// If the address is too long for a QR code.
    pub fn new(address: &'a str) -> Result<Self, ViewError> {
        Ok(Self {
            address,
            qr_svg: qr::svg(address)?,
        })
    }
}

impl Page for OutsideWechatPage<'_> {
    const TEMPLATE: &'static str = "outside_wechat.html";
}

#[cfg(test)]
mod tests {
    use super::super::testing::render;
    use super::*;

    #[test]
    fn it_shows_the_address_twice_and_offers_to_copy_it() {
        let html = render(&OutsideWechatPage::new("https://fans.example.com/login?next=%2Fa&x=<b>").unwrap());
        assert!(html.contains("请在微信客户端打开"));
        assert!(html.contains("https://fans.example.com/login?next=%2Fa&amp;x=&lt;b&gt;"));
        assert!(html.contains("<svg ") && !html.contains("<?xml"));
        // Without scripts the button would do nothing: app.js uncovers it.
        assert!(html.contains("data-copy hidden>复制地址"));
    }
}
