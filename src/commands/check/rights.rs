//! The account's rights (接口权限, `--online`): one harmless call for each. None of them is needed by what fanpass does
//! today, so one that is missing is a note.

use std::future::Future;

use secrecy::SecretString;

use super::Finding;
use crate::{
    clients::wechat::{ErrorClass, MediaId, PlatformError},
    domain::{Deadline, OpenId},
    startup::OnlineChecks,
};

const NAME: &str = "rights";

/// Where the console lists the rights.
const CONSOLE: &str = "公众平台 → 设置与开发 → 接口权限";

/// What no platform has. It refuses that this does not exist, or that the account may not ask.
const MADE_UP_FAN: &str = "oFanpassCheck";
const MADE_UP_FILE: &str = "fanpass-check";

/// Asks for each right with the account's token.
pub(super) async fn check(online: &OnlineChecks, token: &SecretString) -> Vec<Finding> {
    let soon = || Deadline::after(online.settings.wechat.timeout);
    vec![
        finding("fans (用户管理)", follows(online, token, soon()).await),
        finding(
            "the menu (自定义菜单)",
            online.platform.has_menu(token, soon()).await.map(|_| true),
        ),
        // A call for the ticket itself could make another system's ticket stale.
        finding(
            "the JS-SDK (网页服务)",
            quota(online, token, "/cgi-bin/ticket/getticket", soon()).await,
        ),
        finding("photos (素材管理)", downloads(online, token, soon()).await),
        finding(
            "QR codes (生成带参数的二维码)",
            quota(online, token, "/cgi-bin/qrcode/create", soon()).await,
        ),
    ]
}

async fn follows(online: &OnlineChecks, token: &SecretString, deadline: Deadline) -> Result<bool, PlatformError> {
    let Ok(fan) = OpenId::parse(MADE_UP_FAN) else {
        return Ok(false);
    };
    unless_not_found(online.platform.follows(token, &fan, deadline)).await
}

async fn downloads(online: &OnlineChecks, token: &SecretString, deadline: Deadline) -> Result<bool, PlatformError> {
    let Some(file) = MediaId::parse(MADE_UP_FILE) else {
        return Ok(false);
    };
    unless_not_found(online.platform.download(token, &file, 0, deadline)).await
}

/// An account without a right has no quota for it.
async fn quota(
    online: &OnlineChecks,
    token: &SecretString,
    path: &str,
    deadline: Deadline,
) -> Result<bool, PlatformError> {
    online
        .platform
        .daily_limit(token, path, deadline)
        .await
        .map(|limit| limit > 0)
}

/// The platform looks for a thing only if the account may ask for it.
async fn unless_not_found<T>(call: impl Future<Output = Result<T, PlatformError>>) -> Result<bool, PlatformError> {
    match call.await {
        Err(error) if error.class() != ErrorClass::NotFound => Err(error),
        _ => Ok(true),
    }
}

fn finding(right: &str, has: Result<bool, PlatformError>) -> Finding {
    match has {
        Ok(true) => Finding::ok(NAME, format!("{right}: the account has it")),
        Ok(false) | Err(PlatformError::Refused { errcode: 48001, .. }) => Finding::note(
            NAME,
            format!(
                "{right}: missing; only verified service accounts (已认证服务号) have it: {CONSOLE}. Nothing that is switched \
                 on needs it"
            ),
        ),
        Err(error) => Finding::note(
            NAME,
            format!("{right}: the platform does not say whether the account has it ({error})"),
        ),
    }
}
