use super::{Entry, entry, words};

pub(super) const ENTRIES: &[Entry] = &[
    entry(
        &[-1],
        &[],
        &["system error"],
        words("the platform is busy", "微信系统繁忙"),
        words(
            "The platform could not answer now. fanpass already retried once; fans got a 503 page.",
            "微信此刻无法处理。fanpass 已经重试过一次；粉丝看到的是 503 页面。",
        ),
        words(
            "Nothing to do; it passes. If it lasts for an hour, ask WeChat's support.",
            "无需处理，会自行恢复。如果持续一小时，请联系微信客服。",
        ),
    ),
    entry(
        &[40029, 40163, 42003],
        &[],
        &["invalid code", "code been used", "code expired"],
        words(
            "the code of a login is invalid, used or expired",
            "登录的 code 无效、已用过或已过期",
        ),
        words(
            "A code is valid once, for five minutes, for its own AppID. Phones sometimes request a callback twice; fans reload it or share its URL. A silent login starts again by itself once.",
            "code 只能用一次，五分钟内有效，且只对自己的 AppID 有效。手机有时会请求两次回调，粉丝也会刷新或转发带 code 的地址。静默登录会自动重来一次。",
        ),
        words(
            "Occasional lines need no action. If every login fails like this, check three things: the AppID in the settings is the one in the menu's links; no other system on the same domain spends the codes first; all replicas share one REDIS_URL. In `fanpass check --online` 40029 is a good sign: its code is made up.",
            "偶尔出现无需处理。如果每次登录都这样：检查配置里的 AppID 和菜单链接里的是否一致，同域名下是否有别的系统先用掉了 code，多个副本是否共用同一个 REDIS_URL。`fanpass check --online` 用的是编造的 code，出现 40029 说明一切正常。",
        ),
    ),
    entry(
        &[40030, 41003, 42002, 42007],
        &[],
        &[
            "invalid refresh_token",
            "refresh_token missing",
            "refresh_token expired",
        ],
        words(
            "a fan's refresh token is no longer valid",
            "粉丝的 refresh_token 已失效",
        ),
        words(
            "It lives 30 days, and becomes invalid earlier when the fan changes the password or withdraws consent. Only the background refresh of an old profile needs it.",
            "它的有效期是 30 天；粉丝改密码或撤回授权后也会失效。只有后台刷新旧资料时才用到它。",
        ),
        words(
            "Nothing to do. The profile is fetched again when the fan registers again.",
            "无需处理。粉丝下次注册时会重新取得资料。",
        ),
    ),
    entry(
        &[40003],
        &[],
        &["invalid openid"],
        words("the token was not issued to this openid", "token 与 openid 不匹配"),
        words(
            "The openid belongs to another account, or the token was issued to another fan. At cgi-bin/user/info: the account has no such fan.",
            "这个 openid 属于别的公众号，或者 token 是发给别的粉丝的。在 cgi-bin/user/info：该公众号没有这个粉丝。",
        ),
        words(
            "The fan logs in again. If it is frequent, check whether two deployments with different AppIDs share a database, or a Redis with the same cache.key_prefix.",
            "让粉丝重新登录。如果经常出现：检查是否有两个不同 AppID 的部署共用了数据库，或者共用 Redis 且 cache.key_prefix 相同。",
        ),
    ),
    entry(
        &[40001, 40014, 42001],
        &[],
        &[
            "invalid credential",
            "access_token is invalid or not latest",
            "access_token expired",
            "invalid access_token",
        ],
        words(
            "an access token or the AppSecret is not valid",
            "access_token 或 AppSecret 无效",
        ),
        words(
            "At sns/userinfo and sns/auth: the fan's token has expired, which is normal after two hours; fanpass refreshes it. At a code exchange, 40001 means a wrong AppSecret. At cgi-bin/stable_token, 40001 means a wrong AppSecret too. In other cgi-bin calls: the account's token has expired, or another program fetched a new one.",
            "在 sns/userinfo 和 sns/auth：粉丝的 token 已过期（两小时后属正常），会自动刷新。换取 code 时和在 cgi-bin/stable_token 的 40001 表示 AppSecret 错误。其他 cgi-bin 接口：公众号的 access_token 已过期，或者另一个程序取走了新的。",
        ),
        words(
            "At a code exchange: set WECHAT_APP_SECRET again and test it with `fanpass check --online`. Otherwise nothing. Account tokens should be fetched in one place for all systems.",
            "换取 code 时：重新设置 WECHAT_APP_SECRET，并用 `fanpass check --online` 验证。其他情况无需处理；公众号的 access_token 应当由一处统一获取。",
        ),
    ),
    entry(
        &[40007],
        &[],
        &["invalid media_id"],
        words("the platform does not have this file", "微信没有这个素材"),
        words(
            "The media_id is unknown or older than three days, after which the platform deletes a temporary file.",
            "media_id 不存在，或已超过三天：临时素材三天后由微信删除。",
        ),
        words("The fan sends the file again.", "请粉丝重新上传。"),
    ),
    entry(
        &[46003, 46004],
        &[],
        &["menu no exist", "user no exist"],
        words("the account has no such menu or fan", "该公众号没有这个菜单或粉丝"),
        words(
            "46003: no menu was made over the API; one that was made in the console does not count. 46004: there is no such fan.",
            "46003：没有通过接口创建的菜单，在公众平台手动设置的不算。46004：没有这个粉丝。",
        ),
        words("Nothing to do.", "无需处理。"),
    ),
    entry(
        &[40013],
        &[],
        &["invalid appid"],
        words("the AppID is wrong", "AppID 错误"),
        words(
            "WECHAT_APP_ID has a typo, or belongs to a mini program or an open-platform application.",
            "WECHAT_APP_ID 写错了，或者它是小程序、开放平台应用的 AppID。",
        ),
        words(
            "Copy it from 微信开发者平台 → 我的业务 → 服务号 → 基础信息 (before: 公众平台 → 设置与开发 → 基本配置), restart, and run `fanpass check --online`.",
            "从 微信开发者平台 → 我的业务 → 服务号 → 基础信息（旧：公众平台 → 设置与开发 → 基本配置）复制，重启，然后运行 `fanpass check --online`。",
        ),
    ),
    entry(
        &[40125],
        &[],
        &["invalid appsecret"],
        words("the AppSecret is wrong", "AppSecret 错误"),
        words(
            "WECHAT_APP_SECRET has a typo, belongs to another account, has quotes or blanks around it, or was reset in the console: a reset invalidates the old one at once.",
            "WECHAT_APP_SECRET 写错了、属于别的账号、带了引号或空格，或者在后台被重置过：一旦重置，旧的立即失效。",
        ),
        words(
            "Reset it at 微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥 (before: 公众平台 → 设置与开发 → 基本配置); it is shown once. Set it on every replica, restart, and run `fanpass check --online`.",
            "在 微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥（旧：公众平台 → 设置与开发 → 基本配置）重置（只显示一次），更新所有副本的配置并重启，然后运行 `fanpass check --online`。",
        ),
    ),
    entry(
        &[40164, 61004],
        &[],
        &["not in whitelist", "IP白名单", "access clientip is not registered"],
        words(
            "this server's IP address is not in the IP whitelist",
            "服务器的 IP 不在白名单里",
        ),
        words(
            "The IP address that this deployment calls out from is not in the account's IP whitelist. The platform's message names it. Behind NAT it may be one of several, and may change.",
            "本部署的出口 IP 不在公众号的 IP 白名单里。微信的错误信息里写有这个 IP；经过 NAT 时出口 IP 可能有多个，也可能变化。",
        ),
        words(
            "Add every outgoing IP address (single ones or CIDR) at 微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥 → IP白名单 (before: 公众平台 → 设置与开发 → 基本配置). It takes effect after some minutes. Test it with `fanpass check --online`.",
            "在 微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥 → IP白名单（旧：公众平台 → 设置与开发 → 基本配置）加入所有出口 IP（单个 IP 或 CIDR），几分钟后生效。用 `fanpass check --online` 验证。",
        ),
    ),
    entry(
        &[40243],
        &[],
        &["AppSecret frozen", "secret is frozen"],
        words("the AppSecret is frozen", "AppSecret 已被冻结"),
        words("Somebody froze it in the console.", "有人在后台冻结了 AppSecret。"),
        words(
            "Unfreeze it at 微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥 (before: 公众平台 → 设置与开发 → 基本配置). It takes effect after ten minutes.",
            "在 微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 开发密钥（旧：公众平台 → 设置与开发 → 基本配置）解冻，十分钟后生效。",
        ),
    ),
    entry(
        &[41002, 41004],
        &[],
        &["appid missing", "appsecret missing"],
        words("AppID or AppSecret is missing", "缺少 AppID 或 AppSecret"),
        words(
            "The setting is empty, or a proxy on the way to the platform drops the query.",
            "配置为空，或者去往微信的代理丢掉了查询参数。",
        ),
        words(
            "`fanpass check` names empty settings. Configure the proxy to pass queries on unchanged.",
            "运行 `fanpass check` 查看哪些配置为空。让代理原样转发查询参数。",
        ),
    ),
    entry(
        &[41001, 41008],
        &[],
        &["access_token missing", "missing code"],
        words("a parameter of fanpass's call is missing", "我们的请求缺少参数"),
        words(
            "A proxy on the way to the platform drops the query; otherwise it is a bug in fanpass.",
            "去往微信的代理丢掉了查询参数；否则是 fanpass 的缺陷。",
        ),
        words(
            "If there is no such proxy, report it with the platform's rid and the request id.",
            "如果没有这样的代理，请带上微信的 rid 和请求编号报告问题。",
        ),
    ),
    entry(
        &[45009],
        &[],
        &["reach max api daily quota limit"],
        words("a daily quota of the platform is used up", "接口的每日调用次数已用完"),
        words(
            "This AppID called an endpoint too often today. Other systems with the same AppID count too.",
            "这个 AppID 今天调用该接口的次数太多；用同一 AppID 的其他系统也计算在内。",
        ),
        words(
            "It resets at midnight, Beijing time. Find out who makes the calls. The platform's clear_quota resets it up to ten times a month.",
            "北京时间零点重置。查明是谁调用这么多；微信的 clear_quota 接口每月可清零十次。",
        ),
    ),
    entry(
        &[45011],
        &[],
        &["api minute-quota reach limit"],
        words("too many calls in this minute", "这一分钟内调用太频繁"),
        words(
            "The platform limits calls per minute for each AppID. Fans got a 503 page with a retry button.",
            "微信按 AppID 限制每分钟的调用次数。粉丝看到的是可以重试的 503 页面。",
        ),
        words(
            "It passes by itself. If it does not, something logs in in a loop: look at fanpass_logins_total, and for `a browser signs in again and again` in the log.",
            "会自行恢复。如果不恢复，说明有什么在循环登录：查看 fanpass_logins_total，以及日志里的 `a browser signs in again and again`。",
        ),
    ),
    entry(
        &[48001],
        &[],
        &["api unauthorized"],
        words("the account or the token may not do this", "没有调用该接口的权限"),
        words(
            "At sns/userinfo: the token was issued without snsapi_userinfo, or to the virtual fan of a snapshot page. Elsewhere: the account is not a verified service account.",
            "在 sns/userinfo：token 不是以 snsapi_userinfo 授权的，或者属于快照页的虚拟用户。其他接口：该账号不是已认证的服务号。",
        ),
        words(
            "Verify the account (微信认证); subscription accounts have no web authorization. Occasional lines at sns/userinfo need no action: the fan registers again.",
            "完成微信认证；订阅号没有网页授权。sns/userinfo 偶尔出现无需处理，粉丝重新注册即可。",
        ),
    ),
    entry(
        &[50002, 50004, 50007],
        &[],
        &["user limited"],
        words("the platform restricts the account", "公众号受到限制"),
        words(
            "The account broke a rule of the platform, or is frozen. No setting of fanpass can fix that.",
            "公众号违反了平台规则或已被冻结。fanpass 的任何配置都无法解决。",
        ),
        words(
            "Read the notices at mp.weixin.qq.com → 通知中心 and appeal there.",
            "登录 mp.weixin.qq.com，在 通知中心 查看通知并申诉。",
        ),
    ),
    entry(
        &[61024],
        &[],
        &["third-party platform token"],
        words(
            "the account is authorized to a third-party platform",
            "账号已授权给第三方平台",
        ),
        words(
            "The platform requires a token of the third-party platform (component) that the account is authorized to.",
            "该账号已授权给第三方平台，微信要求使用第三方平台（component）的 token。",
        ),
        words(
            "Revoke that authorization (mp.weixin.qq.com → 设置与开发 → 第三方平台), or let that platform do the login.",
            "取消授权（mp.weixin.qq.com → 设置与开发 → 第三方平台），或者由该平台负责登录。",
        ),
    ),
];
