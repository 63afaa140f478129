//! The language of a response: what the visitor chose (`?lang=`, kept in a cookie), else the language of WeChat's own
//! interface, else what the browser accepts, else Chinese. Pages and problem documents follow the same order.

mod link;
mod preferences;

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, HeaderValue},
};

use self::{
    link::PARAMETER,
    preferences::{accepted, of_wechat},
};
use super::cookies::language::{LanguageCookie, kept_language};
use crate::{domain::Language, views::RenderContext};

/// The language in which a request is answered.
pub fn language_of(request: &HttpRequest) -> Language {
    chosen(request.query_string())
        .or_else(|| of_headers(request.headers()))
        .unwrap_or_default()
}

/// How a page is shown to the visitor who sent this request.
pub fn render_context(request: &HttpRequest) -> RenderContext {
    let language = language_of(request);
    RenderContext {
        language,
        other_language_href: link::to_other(request, language.other()),
    }
}

/// The `Set-Cookie` that keeps the visitor's choice, if the request makes one.
pub fn choice_to_keep(cookie: LanguageCookie, request: &HttpRequest) -> Option<HeaderValue> {
    cookie.keep(chosen(request.query_string())?)
}

/// The language that a query asks for. Anything but the two codes asks for none.
fn chosen(query: &str) -> Option<Language> {
    let mut values = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix(PARAMETER)?.strip_prefix('='));
    values.find_map(Language::of_code)
}

fn of_headers(headers: &HeaderMap) -> Option<Language> {
    kept_language(headers)
        .or_else(|| of_wechat(headers))
        .or_else(|| accepted(headers))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const CHINESE_WECHAT: (&str, &str) = ("user-agent", "MicroMessenger/8.0.31 NetType/4G Language/zh_CN");
    const ENGLISH_WECHAT: (&str, &str) = ("user-agent", "MicroMessenger/8.0.31 NetType/4G Language/en");
    const ENGLISH_BROWSER: (&str, &str) = ("accept-language", "en-GB,zh;q=0.5");
    const ENGLISH_CHOSEN: (&str, &str) = ("cookie", "a=b; fanpass_lang=en; c=d");

    fn language(uri: &str, headers: &[(&'static str, &'static str)]) -> Language {
        let request = headers.iter().fold(TestRequest::default().uri(uri), |request, header| {
            request.append_header(*header)
        });
        language_of(&request.to_http_request())
    }

    #[test]
    fn the_choice_comes_first_then_wechat_then_the_browser_then_chinese() {
        use Language::{Chinese, English};
        let table: [(&str, &[_], Language); 10] = [
            ("/", &[], Chinese),
            ("/", &[ENGLISH_BROWSER], English),
            ("/", &[CHINESE_WECHAT, ENGLISH_BROWSER], Chinese),
            ("/", &[ENGLISH_WECHAT, ("accept-language", "zh-CN")], English),
            ("/", &[CHINESE_WECHAT, ENGLISH_CHOSEN], English),
            (
                "/?a=b&lang=zh",
                &[ENGLISH_CHOSEN, ENGLISH_WECHAT, ENGLISH_BROWSER],
                Chinese,
            ),
            ("/?lang=en", &[CHINESE_WECHAT], English),
            ("/?lang=fr", &[ENGLISH_CHOSEN], English),
            (
                "/",
                &[("user-agent", "MicroMessenger Language/ja"), ENGLISH_BROWSER],
                English,
            ),
            (
                "/",
                &[("user-agent", "MicroMessenger Language/ja"), ("accept-language", "ja")],
                Chinese,
            ),
        ];
        for (uri, headers, expected) in table {
            assert_eq!(language(uri, headers), expected, "{uri} {headers:?}");
        }
    }

    #[test]
    fn junk_asks_for_no_language() {
        for uri in [
            "/?lang=",
            "/?lang",
            "/?lang=EN",
            "/?lang=en%00",
            "/?lang=en-GB",
            "/?xlang=en",
            "/?lang==en",
            "/?lang[]=en",
            "/?lang=../en",
            "/?lang=%3Cscript%3E",
            "/#lang=en",
            "/lang=en",
        ] {
            assert_eq!(language(uri, &[]), Language::Chinese, "{uri}");
        }
        for cookie in [
            "fanpass_lang=",
            "fanpass_lang=fr",
            "fanpass_lang=EN",
            "fanpass_lang=\"en\"",
            "fanpass_lang=en%20",
            "fanpass%5Flang=en",
            "xfanpass_lang=en",
            "fanpass_language=en",
        ] {
            assert_eq!(language("/", &[("cookie", cookie)]), Language::Chinese, "{cookie}");
        }
    }
}
