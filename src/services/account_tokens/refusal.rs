//! What an operator does about a refusal that lasts.

use crate::clients::wechat::PlatformError;

/// Where the console has AppSecret and IP whitelist (the old place in brackets).
const CONSOLE: &str = "微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥 (公众平台 → 设置与开发 → 基本配置)";

/// What the operator does about a refusal of the account's token, in a sentence.
pub fn refusal_hint(error: &PlatformError) -> String {
    let Some(errcode) = error.errcode() else {
        return "`fanpass check --online` tests the account".to_owned();
    };
    match errcode {
        40164 | 61004 => {
            let ip = error.refused_ip();
            let ip = ip.map_or_else(|| "this host's outgoing IP".to_owned(), |ip| ip.to_string());
            format!("add {ip} to the IP whitelist (IP白名单): {CONSOLE}; a change takes some minutes")
        }
        45009 => {
            "the account's daily quota of tokens is spent: wait for midnight in Beijing, or clear it (clear_quota)"
                .to_owned()
        }
        45011 => "too many calls in this minute: another system may be asking for tokens".to_owned(),
        40243 => format!("the AppSecret is frozen: unfreeze it: {CONSOLE}"),
        89501..=89505 => {
            "an administrator of the account must confirm this call on their phone (管理员确认)".to_owned()
        }
        50004 | 50007 => "the account is restricted: see the notices in the console (公众平台 → 通知中心)".to_owned(),
        48001 => "the account does not have this right: see 公众平台 → 设置与开发 → 接口权限".to_owned(),
        _ => format!("check WECHAT_APP_ID and WECHAT_APP_SECRET: {CONSOLE}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::wechat::Endpoint;

    #[test]
    fn the_hint_names_the_ip_and_the_console_s_page() {
        let error = PlatformError::Refused {
            endpoint: Endpoint::StableToken,
            errcode: 40164,
            errmsg: "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: made-up".to_owned(),
        };
        let hint = refusal_hint(&error);
        assert!(hint.contains("203.0.113.7") && hint.contains("开发密钥"), "{hint}");
    }
}
