use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient},
    domain::{Deadline, QrLifetime, QrScene},
};

/// Longest URL that is taken, in bytes. Real ones are shorter than 60.
const MAX_URL: usize = 512;

#[derive(Serialize)]
struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_seconds: Option<u64>,
    action_name: &'static str,
    action_info: ActionInfo<'a>,
}

#[derive(Serialize)]
struct ActionInfo<'a> {
    scene: Scene<'a>,
}

#[derive(Serialize)]
struct Scene<'a> {
    scene_str: &'a str,
}

/// A QR code of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedQrCode {
    /// What stands in the code: a page of the platform that WeChat opens.
    pub url: String,
    /// Seconds for which it works. None: for ever.
    pub expires_in: Option<u32>,
}

impl WeChatClient {
    /// Makes a QR code with a parameter (生成带参数的二维码).
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn create_qr_code(
        &self,
        account_token: &SecretString,
        scene: &QrScene,
        lifetime: QrLifetime,
        deadline: Deadline,
    ) -> Result<IssuedQrCode, PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        let expire_seconds = lifetime.duration().map(|duration| duration.as_secs());
        let request = Request {
            expire_seconds,
            action_name: if expire_seconds.is_some() {
                "QR_STR_SCENE"
            } else {
                "QR_LIMIT_STR_SCENE"
            },
            action_info: ActionInfo {
                scene: Scene {
                    scene_str: scene.as_str(),
                },
            },
        };
        self.call_json(Endpoint::QrCode, &query, &request, deadline, Response::qr_code)
            .await
    }
}

impl Response {
    /// Reads a QR code.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal, or holds no URL.
    pub fn qr_code(&self) -> Result<IssuedQrCode, PlatformError> {
        let fields = self.fields()?;
        let url = fields
            .id("url")
            .filter(|url| url.len() <= MAX_URL && url.starts_with("http"));
        let seconds = fields.whole_number("expire_seconds").filter(|seconds| *seconds > 0);
        Ok(IssuedQrCode {
            url: url.ok_or_else(|| self.garbage("no url of a QR code"))?,
            expires_in: seconds.and_then(|seconds| u32::try_from(seconds).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_url_and_a_permanent_one_no_end() {
        let read = |body: &str| Response::new(Endpoint::QrCode, 200, body.as_bytes().to_vec()).qr_code();
        let code =
            read(r#"{"ticket":"made-up","expire_seconds":86400,"url":"http://weixin.qq.com/q/made-up"}"#).unwrap();
        assert_eq!(
            (code.url.as_str(), code.expires_in),
            ("http://weixin.qq.com/q/made-up", Some(86400))
        );
        let code = read(r#"{"ticket":"made-up","url":"http://weixin.qq.com/q/made-up"}"#).unwrap();
        assert_eq!(code.expires_in, None);
        for body in ["{}", r#"{"url":"javascript:alert(1)"}"#, r#"{"url":7}"#] {
            assert!(matches!(read(body), Err(PlatformError::Garbage { .. })), "{body}");
        }
    }
}
