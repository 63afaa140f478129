use secrecy::{ExposeSecret, SecretString};

use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient, sns::exchange::valid_unionid},
    domain::{Deadline, OpenId, Profile},
};

/// Longest avatar URL that is kept, in bytes. Real ones are shorter than 200.
const MAX_AVATAR_URL: usize = 1024;

/// Longest nickname that is kept, in characters. WeChat itself allows 32.
const MAX_NICKNAME: usize = 256;

impl WeChatClient {
    /// The profile of the fan that a web token was issued to (网页授权, step 4).
    ///
    /// # Errors
    /// [`PlatformError`]; of class `TokenEnded` if the token must be refreshed, `Garbage` if the profile that came back
    /// is somebody else's.
    pub async fn userinfo(
        &self,
        openid: &OpenId,
        access_token: &SecretString,
        deadline: Deadline,
    ) -> Result<Profile, PlatformError> {
        let query = [
            ("access_token", access_token.expose_secret()),
            ("openid", openid.as_str()),
            ("lang", "zh_CN"),
        ];
        self.call(Endpoint::UserInfo, &query, deadline, |response| {
            response.profile(openid)
        })
        .await
    }
}

impl Response {
    /// Reads the profile of the fan `openid`.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal, not what the platform documents, or somebody else's.
    pub fn profile(&self, openid: &OpenId) -> Result<Profile, PlatformError> {
        let fields = self.fields()?;
        match fields.id("openid") {
            Some(received) if received == openid.as_str() => {}
            Some(_) => return Err(self.garbage("another fan's openid")),
            None => return Err(self.garbage("no openid that can be one")),
        }
        Ok(Profile {
            openid: openid.clone(),
            unionid: valid_unionid(&fields),
            nickname: fields.text("nickname").chars().take(MAX_NICKNAME).collect(),
            avatar_url: avatar_url(&fields.text("headimgurl")),
        })
    }
}

/// Old avatars have http URLs. The same hosts serve https, and pages show only https. Anything but an http or https URL
/// is no avatar.
fn avatar_url(text: &str) -> String {
    let Ok(mut url) = url::Url::parse(text.trim()) else {
        return String::new();
    };
    let is_platform = url.host_str().is_some_and(|host| host.ends_with(".qlogo.cn"));
    if url.scheme() == "http" && is_platform && url.set_scheme("https").is_err() {
        return String::new();
    }
    let is_web = matches!(url.scheme(), "http" | "https");
    let kept = is_web && url.as_str().len() <= MAX_AVATAR_URL;
    if kept { url.into() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Result<Profile, PlatformError> {
        Response::new(Endpoint::UserInfo, 200, body.to_vec()).profile(&OpenId::parse("oMadeUp").unwrap())
    }

    #[test]
    fn a_profile_of_today_is_read() {
        let body = r#"{"openid":"oMadeUp","nickname":"小雨🌧️","sex":0,"language":"","city":"","province":"",
            "country":"","headimgurl":"https:\/\/thirdwx.qlogo.cn\/mmopen\/vi_32\/MadeUp\/132","privilege":[]}"#;
        let profile = read(body.as_bytes()).unwrap();
        assert_eq!(profile.nickname, "小雨🌧️");
        assert_eq!(profile.avatar_url, "https://thirdwx.qlogo.cn/mmopen/vi_32/MadeUp/132");
        assert_eq!(profile.unionid, None);
    }

    #[test]
    fn absent_fields_are_empty_and_broken_bytes_are_replaced() {
        assert_eq!(read(br#"{"openid":"oMadeUp"}"#).unwrap().nickname, "");
        assert_eq!(
            read(b"{\"openid\":\"oMadeUp\",\"nickname\":\"a\xff\",\"headimgurl\":null}")
                .unwrap()
                .nickname,
            "a\u{fffd}"
        );
    }

    #[test]
    fn what_is_too_long_is_not_kept() {
        let long = "长".repeat(1000);
        let body = format!(r#"{{"openid":"oMadeUp","nickname":"{long}","unionid":"{long}"}}"#);
        let profile = read(body.as_bytes()).unwrap();
        assert_eq!(
            (profile.nickname.chars().count(), profile.unionid),
            (MAX_NICKNAME, None)
        );
    }

    #[test]
    fn a_nickname_with_odd_characters_does_not_keep_its_fan_out() {
        for (value, nickname) in [
            (b"\"\x14\xe7\x90\xa6\xe5\xa8\x85\"".as_slice(), "琦娅"),
            (b"\"a\x00\x08\n\x7fb\\u0014\"", "ab"),
            (b"\"ab\\ud83d\"", "ab\u{fffd}"),
            (b"\"\\ude00\\ud83d\\ude00\"", "\u{fffd}😀"),
            (b"\"a\xf0\x9f\x8d\"", "a\u{fffd}"),
            (b"17", "17"),
            (b"null", ""),
            (b"{\"a\":[null]}", ""),
        ] {
            let body = [
                b"{\"openid\":\" oMadeUp \",\"city\":\"\x08\",\"\\ud83d\":\"\\ud83d\",\"nickname\":".as_slice(),
                value,
                b",\"unionid\":\" uMadeUp\\n\",\"sex\":\"1\",\"sex\":1}",
            ];
            let profile = read(&body.concat()).unwrap();
            assert_eq!(profile.nickname, nickname, "{value:?}");
            assert_eq!(
                (profile.openid.as_str(), profile.unionid.as_deref()),
                ("oMadeUp", Some("uMadeUp"))
            );
        }
    }

    #[test]
    fn somebody_elses_profile_is_refused() {
        for body in [
            br#"{"openid":"omadeup"}"#.as_slice(),
            br#"{"openid":"oMade\u0000Up"}"#,
            br#"{"openid":"oMadeUp","openid":"oMadeUp2"}"#,
            b"{\"openid\":\"oMadeUp\xff\"}",
            br#"{"openid":null}"#,
            b"{}",
        ] {
            assert!(matches!(read(body), Err(PlatformError::Garbage { .. })), "{body:?}");
        }
    }

    #[test]
    fn an_avatar_is_a_web_url_and_the_platforms_own_become_https() {
        assert_eq!(
            avatar_url("http://wx.qlogo.cn/mmopen/a/0"),
            "https://wx.qlogo.cn/mmopen/a/0"
        );
        assert_eq!(
            avatar_url("http://thirdwx.qlogo.cn/mmopen/a/0"),
            "https://thirdwx.qlogo.cn/mmopen/a/0"
        );
        for wrong in [
            "",
            "javascript:alert(1)",
            "data:image/png;base64,AA==",
            "//host/x",
            &format!("https://h/{}", "a".repeat(1024)),
        ] {
            assert_eq!(avatar_url(wrong), "", "{wrong:?}");
        }
    }
}
