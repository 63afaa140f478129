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
        &["the platform's daily quota of an endpoint is nearly used up"],
        words("a daily quota is nearly used up", "某个接口的每日调用额度即将用完"),
        words(
            "The apps that call WeChat through the relay have used nine tenths of what WeChat allows for this endpoint today. Beyond that it answers 45009.",
            "通过中继调用微信的应用今天已用掉该接口额度的九成，用完后微信返回 45009。",
        ),
        words(
            "fanpass_relay_requests_total tells which app calls so often. The quota starts anew at midnight (Asia/Shanghai); clear_quota empties it, a few times a month.",
            "指标 fanpass_relay_requests_total 显示哪个应用调用过多。额度在北京时间零点重置；每月可用 clear_quota 清零数次。",
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
        &[
            40015, 40016, 40017, 40018, 40019, 40020, 40021, 40022, 40023, 40024, 40025, 40026, 40027, 40028, 40119,
            40120, 45010, 53600,
        ],
        &[],
        &["invalid button", "invalid button name size"],
        words(
            "WeChat does not take a button of the menu",
            "微信不接受菜单中的某个按钮",
        ),
        words(
            "The number, type, name, key or URL of a button is not what WeChat takes. `fanpass menu push` finds these before; another system may have sent the menu.",
            "按钮的数量、类型、名称、key 或 url 不符合要求。`fanpass menu push` 会提前检查；也可能是其他系统提交的菜单。",
        ),
        words(
            "Names: 16 bytes on the first level, 60 below (a Chinese character has 3); 1 to 3 buttons, 1 to 5 below each; key 128 bytes, url 1024.",
            "名称：一级 16 字节，二级 60 字节（一个汉字 3 字节）；一级 1–3 个，二级 1–5 个；key 128 字节，url 1024 字节。",
        ),
    ),
    entry(
        &[40054, 40055],
        &[],
        &["invalid sub button url domain", "invalid button url domain"],
        words("the domain of a button is not allowed", "菜单按钮的域名不被允许"),
        words(
            "The URL of a `view` button leads to a domain that WeChat does not take for this account.",
            "`view` 按钮的链接域名不被该公众号接受。",
        ),
        words(
            "Use an https URL on a domain with an ICP filing, best one of your own site: a path that begins with `/` in config/menu.toml.",
            "使用已备案域名的 https 链接，最好是本站：在 config/menu.toml 里写以 `/` 开头的路径。",
        ),
    ),
    entry(
        &[45064],
        &[],
        &["no permission to use weapp in menu"],
        words("a mini-program is not linked to the account", "小程序没有关联到公众号"),
        words(
            "A button opens a mini-program that the account is not linked with.",
            "菜单按钮打开的小程序没有与公众号关联。",
        ),
        words(
            "Link it in the console: 公众平台 → 小程序管理 → 添加.",
            "在公众平台 → 小程序管理 → 添加 中关联。",
        ),
    ),
    entry(
        &[
            65301, 65302, 65303, 65304, 65305, 65306, 65307, 65308, 65309, 65310, 65311, 65312, 65313, 65314, 65315,
            65316, 65317, 65318, 65319, 65320,
        ],
        &[],
        &["conditional menu"],
        words("a conditional menu is not taken", "个性化菜单不被接受"),
        words(
            "The rule of a menu for some fans only is not what WeChat takes; or there is no menu for all yet, which must come first.",
            "个性化菜单的匹配规则不符合要求，或还没有默认菜单（必须先有）。",
        ),
        words(
            "fanpass shows these menus and makes none. Correct the system that does.",
            "fanpass 只显示、不创建个性化菜单，请修正创建它的系统。",
        ),
    ),
    entry(
        &[40031, 40032, 40033, 40035, 40053, 40097, 43001, 43002, 44002, 47001],
        &[],
        &[
            "invalid action info",
            "data format error",
            "require POST method",
            "require GET method",
        ],
        words("WeChat does not take what was sent", "微信不接受提交的内容"),
        words(
            "A parameter, the scene of a QR code, a list of openids or the body of a call is not what WeChat takes. 40033: a body with \\uXXXX; it must be raw UTF-8.",
            "参数、二维码场景值、openid 列表或请求体不符合要求。40033：请求体含有 \\uXXXX，必须是原始 UTF-8。",
        ),
        words(
            "Correct the call. fanpass's own calls are checked before: report it if it is one of them.",
            "请修正调用方。fanpass 自己的调用会提前检查，如果是它发出的请反馈。",
        ),
    ),
    entry(
        &[76021, 76022],
        &[],
        &["cgi_path not found"],
        words("WeChat has no quota for this path", "微信没有该接口的额度"),
        words(
            "A quota was asked for a path that does not exist, or that this kind of account does not have.",
            "查询额度的接口路径不存在，或该类账号没有此接口。",
        ),
        words(
            "Nothing to do; `fanpass check --online` notes it as a right that is missing.",
            "无需处理；`fanpass check --online` 会把它列为缺少的权限。",
        ),
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
