use super::{Entry, entry, line, words};

pub(super) const ENTRIES: &[Entry] = &[
    line(
        &["the platform refuses the account's token"],
        words(
            "the platform refuses the account's token",
            "微信拒绝发放公众号的 access_token",
        ),
        words(
            "WeChat refuses the account a token for a reason that lasts: the IP whitelist, the AppSecret, a quota, a confirmation that is pending. fanpass asks once a minute; sign-ins go on, but token, relay, menu and the JS-SDK do not work.",
            "微信因持续性原因拒绝发放令牌：IP 白名单、AppSecret、额度或待管理员确认。fanpass 每分钟重试一次；登录不受影响，但令牌、转发、菜单和 JS-SDK 不可用。",
        ),
        words(
            "The line's `hint` says what to do, with the IP address that WeChat saw. `fanpass explain` with the errcode says more. A change in the console takes some minutes.",
            "日志中的 `hint` 给出处理办法和微信看到的 IP 地址；用 `fanpass explain` 加 errcode 查看详情。控制台的修改需要几分钟生效。",
        ),
    ),
    line(
        &["the account's token is replaced by force: one of the operator's systems reports that it is refused"],
        words(
            "the account's token is replaced by force",
            "公众号的 access_token 被强制更换",
        ),
        words(
            "One of your systems reported that WeChat refuses the token, while WeChat still gave out that very token. fanpass made it issue another, which ends the old one at once. WeChat allows 20 of these a day.",
            "您的某个系统报告令牌被微信拒绝，而微信仍返回同一个令牌，因此 fanpass 强制更换，旧令牌立即失效。微信每天只允许 20 次。",
        ),
        words(
            "If it repeats: look for a system that fetches tokens with the AppSecret itself, or that takes another error for a refused token.",
            "如果反复出现：检查是否有系统自行用 AppSecret 获取令牌，或把其他错误误认为令牌失效。",
        ),
    ),
    line(
        &["a token of the account could not be sealed"],
        words("a token of the account could not be sealed", "公众号令牌无法加密"),
        words(
            "A fault of fanpass. The token is used by this process and not shared with the other replicas.",
            "fanpass 的故障。令牌仅在本进程使用，未与其他副本共享。",
        ),
        words("Report it with the line.", "请附上这行日志反馈。"),
    ),
    entry(
        &[89501, 89502, 89503, 89504, 89505],
        &[],
        &["admin confirm", "wait admin confirm"],
        words("an administrator must confirm the call", "需要管理员确认调用"),
        words(
            "The account protects its token: an administrator must confirm on their phone that this host may ask. 89501 waits for that, the others say that it was refused or has expired.",
            "公众号开启了调用保护：需要管理员在手机上确认本机可以获取令牌。89501 表示等待确认，其他表示被拒绝或已过期。",
        ),
        words(
            "Ask the administrator to confirm in WeChat (公众平台安全助手). fanpass asks once a minute.",
            "请管理员在微信“公众平台安全助手”中确认。fanpass 每分钟重试一次。",
        ),
    ),
];
