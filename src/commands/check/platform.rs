//! The platform (`--online`): whether it is reachable, accepts the account and this host, and has the same time.

use std::time::Duration;

use url::Url;

use super::{Finding, clock, rights};
use crate::{
    clients::{
        fetch::FetchError,
        wechat::{AccountProbe, ErrorClass, PlatformError, probe_account},
    },
    domain::{AuthorizationCode, Clock, ClockOffset, Deadline},
    services::account_tokens::{is_lasting, refusal_hint},
    startup::OnlineChecks,
};

const NAME: &str = "platform";
const IP_LIST: &str = "IP list";
const ACCOUNT_TOKEN: &str = "account token";

/// Where AppID, AppSecret and the IP list are in the console, now and before the platform moved them.
const CONSOLE: &str = "微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥 (before: 设置与开发 → 基本配置)";

pub(super) async fn check(online: &OnlineChecks) -> Vec<Finding> {
    let (account, api_url) = (&online.settings.account, &online.settings.wechat.api_url);
    let ours = Clock::system();
    let sent = ours.now_precise();
    let probe = match probe_account(&online.fetcher, api_url, &account.app_id, &account.app_secret).await {
        Ok(probe) => probe,
        Err(error) => return vec![Finding::fault(NAME, unreached(api_url, &error))],
    };
    let received = ours.now_precise();
    let mut findings = Vec::new();
    // An account without logins has no right to exchange codes.
    if online.settings.login.enabled {
        findings.push(exchange(online).await);
    }
    if !findings.iter().any(Finding::is_fault) {
        findings.extend(account_token(&probe));
    }
    if let Ok(token) = &probe.outcome {
        findings.extend(rights::check(online, &token.value).await);
    }
    if let Some(theirs) = probe.date {
        let theirs = Duration::from_secs(u64::try_from(theirs.unix_seconds()).unwrap_or_default());
        findings.extend(clock(
            NAME,
            "the platform",
            ClockOffset::between(sent, theirs, received),
        ));
    }
    findings
}

fn unreached(url: &Url, error: &FetchError) -> String {
    let hint = match error {
        FetchError::UnknownHost => "look at this host's name server",
        FetchError::Refused | FetchError::Timeout(_) => "let this host out to it, port 443, through its firewall",
        FetchError::Certificate(_) | FetchError::Tls(_) => {
            "something between this host and the platform answers in its place; set wechat.api_url right, or let this host \
             out without it"
        }
        FetchError::Broken(_) => "look at this host's network, and at wechat.api_url",
    };
    format!("{url}: {error}; {hint}")
}

/// Exchanges a code that cannot exist, as every login exchanges a real one. If the platform refuses the code and not
/// the account, AppID and AppSecret are right.
async fn exchange(online: &OnlineChecks) -> Finding {
    let wechat = &online.settings.wechat;
    let Ok(code) = AuthorizationCode::parse("fanpass-check") else {
        return Finding::fault(NAME, "no code can be made up");
    };
    match online.platform.exchange(&code, Deadline::after(wechat.timeout)).await {
        Err(error) if error.class() == ErrorClass::Reauthorize => Finding::ok(
            NAME,
            "accepts AppID and AppSecret (it refused a made-up code, as it should)",
        ),
        Err(error) => Finding::fault(NAME, refused(&error)),
        Ok(_) => Finding::fault(
            NAME,
            format!("{} accepts a made-up code: it is not the platform", wechat.api_url),
        ),
    }
}

/// The result of the server API, which always checks the IP list. The token is the one in force: asking changes nothing.
fn account_token(probe: &AccountProbe) -> Vec<Finding> {
    let error = match &probe.outcome {
        Ok(token) => {
            let text = format!(
                "the platform issues it; the one in force ends in {} s",
                token.expires_in
            );
            let list = Finding::ok(IP_LIST, "this host may call the server API");
            return vec![list, Finding::ok(ACCOUNT_TOKEN, text)];
        }
        Err(error) => error,
    };
    vec![match error.errcode() {
        Some(40164 | 61004) => Finding::fault(IP_LIST, refused(error)),
        _ if error.class() == ErrorClass::Configuration => Finding::fault(ACCOUNT_TOKEN, refused(error)),
        _ if is_lasting(error) => Finding::fault(ACCOUNT_TOKEN, format!("{} ({error})", refusal_hint(error))),
        _ => Finding::note(
            IP_LIST,
            format!("the platform does not say whether this host is on it ({error})"),
        ),
    }]
}

/// What the operator must do about a refusal.
fn refused(error: &PlatformError) -> String {
    if let PlatformError::Garbage { status: 300..=399, .. } = error {
        return format!(
            "redirects: something stands between this host and the platform; set wechat.api_url right, or let this host out \
             without it ({error})"
        );
    }
    let PlatformError::Refused { errcode, .. } = error else {
        return error.to_string();
    };
    let hint = match errcode {
        40013 => format!("the platform knows no such AppID; copy WECHAT_APP_ID again: {CONSOLE}"),
        40001 | 40125 => format!(
            "WECHAT_APP_SECRET is not the AppSecret of WECHAT_APP_ID; a reset (重置) ends the old one at once; copy it again: \
             {CONSOLE}"
        ),
        40164 | 61004 => {
            let ip = error.refused_ip().map(|ip| format!(", {ip},")).unwrap_or_default();
            format!(
                "this host's address{ip} is not on the account's IP list (IP白名单); enter it, it takes minutes: {CONSOLE}"
            )
        }
        40243 => format!("the AppSecret is frozen (冻结); unfreeze it, it takes ten minutes: {CONSOLE}"),
        48001 => {
            "the account has no right to web authorization (网页授权): only verified service accounts have".to_owned()
        }
        89501..=89505 => refusal_hint(error),
        _ if error.class() == ErrorClass::Configuration => {
            format!("check WECHAT_APP_ID, WECHAT_APP_SECRET and the IP list: {CONSOLE}")
        }
        _ => return error.to_string(),
    };
    format!("{hint} ({error})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::wechat::Endpoint;

    #[test]
    fn each_refusal_of_the_account_has_its_sentence() {
        for (errcode, sentence) in [
            (40013, "WECHAT_APP_ID"),
            (40125, "WECHAT_APP_SECRET"),
            (40164, "IP白名单"),
            (61004, "IP白名单"),
            (40243, "frozen"),
            (48001, "verified service accounts"),
            (41004, "check WECHAT_APP_ID, WECHAT_APP_SECRET"),
            (50004, "50004"),
        ] {
            let error = PlatformError::Refused {
                endpoint: Endpoint::Exchange,
                errcode,
                errmsg: "made-up".to_owned(),
            };
            let text = refused(&error);
            assert!(text.contains(sentence) && text.contains(&errcode.to_string()), "{text}");
        }
    }
}
