//! Recognises WeChat's browser. The user agent can be forged, so it only decides what is shown.

use actix_web::{HttpRequest, http::header};
use memchr::memchr2_iter;

/// Whether the request claims to come from WeChat's own browser. WeCom's browser claims so too, but cannot log in here.
pub(super) fn is_wechat(request: &HttpRequest) -> bool {
    let agent = request.headers().get(header::USER_AGENT);
    agent.is_some_and(|agent| names(agent.as_bytes(), b"MicroMessenger") && !names(agent.as_bytes(), b"wxwork"))
}

/// Whether a user agent contains a word, in upper or lower case.
fn names(agent: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return true };
    let starts = memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), agent);
    let mut parts = starts.filter_map(|start| agent.get(start..start.checked_add(word.len())?));
    parts.any(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn wechat_is_distinguished_from_wecom_and_other_browsers() {
        let table = [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 16_2 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.31(0x18001f2e)",
                true,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) MICROMESSENGER/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13)",
                true,
            ),
            (
                "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0.34 wxwork/4.1.0",
                false,
            ),
            (
                "Mozilla/5.0 (Linux; Android 13) Chrome/107.0 Mobile Safari/537.36",
                false,
            ),
            ("", false),
        ];
        for (agent, expected) in table {
            let request = TestRequest::default()
                .insert_header((header::USER_AGENT, agent))
                .to_http_request();
            assert_eq!(is_wechat(&request), expected, "{agent}");
        }
        assert!(!is_wechat(&TestRequest::default().to_http_request()));
    }
}
