use super::{Entry, entry, words};

pub(super) const ENTRIES: &[Entry] = &[
    entry(
        &[],
        &[400],
        &[
            "登录链接已失效",
            "这个链接用过了、过期了，或者不是在这里发起的",
            "This sign-in link has expired",
            "It was already used, is too old, or was not opened from here",
        ],
        words(
            "登录链接已失效: this browser did not start this login",
            "登录链接已失效：不是这个浏览器发起的登录",
        ),
        words(
            "The callback's state is unknown, already used or older than ten minutes. Causes: a reload, a shared or bookmarked URL with a code, 使用完整服务 on a snapshot page (it shares no cookies), or a browser without cookies.",
            "回调的 state 未知、已用过或超过十分钟：刷新页面、转发或收藏了带 code 的地址、从快照页点了「使用完整服务」（两者不共享 cookie），或浏览器不保存 cookie。",
        ),
        words(
            "The page's button starts again. If it is frequent: replicas have different SESSION_KEYs, a proxy drops cookies, server.public_url is not the host that fans open, or a page is cached together with its query.",
            "点页面上的按钮重新登录即可。如果经常出现：各副本的 SESSION_KEY 不同，代理丢掉了 cookie，server.public_url 不是粉丝打开的域名，或者缓存了带参数的页面。",
        ),
    ),
    entry(
        &[],
        &[400],
        &[
            "没能保持登录",
            "浏览器没有保存登录状态",
            "如果反复出现，请关闭这个页面",
            "Could not keep you signed in",
            "You signed in, but your browser did not remember it",
        ],
        words(
            "没能保持登录: a browser that keeps no session",
            "没能保持登录：浏览器没有保存会话",
        ),
        words(
            "The browser signed in several times within a minute, and came back without its session cookie each time.",
            "这个浏览器一分钟内登录了好几次，每次回来都没有带会话 cookie。",
        ),
        words(
            "Check: TLS terminates in front of fanpass and server.public_url is https; the proxy passes Set-Cookie on; all replicas have the same SESSION_KEY, and their clocks agree.",
            "检查：TLS 是否在 fanpass 前面终结、server.public_url 是否为 https；代理是否转发 Set-Cookie；所有副本的 SESSION_KEY 是否相同、时钟是否一致。",
        ),
    ),
    entry(
        &[],
        &[502],
        &[
            "登录没有完成",
            "微信没有接受这次登录",
            "Sign-in not completed",
            "WeChat did not accept this sign-in",
        ],
        words(
            "登录没有完成: the platform refused the code",
            "登录没有完成：微信没有接受 code",
        ),
        words(
            "The code was used, has expired or belongs to another AppID (40029, 40163, 42003 in the log), even after a second silent login.",
            "code 已用过、过期或属于别的 AppID（日志里是 40029、40163、42003），静默登录重试一次后仍然如此。",
        ),
        words(
            "The fan logs in again. If it happens to every fan, run `fanpass explain 40029`.",
            "让粉丝重新登录。如果所有粉丝都这样：运行 `fanpass explain 40029`。",
        ),
    ),
    entry(
        &[],
        &[500],
        &[
            "暂时无法登录",
            "登录服务出了问题，需要管理员处理",
            "Sign-in is unavailable",
            "The sign-in service has a problem that its administrator must fix",
        ],
        words(
            "暂时无法登录: the platform refuses this account",
            "暂时无法登录：微信拒绝了本账号",
        ),
        words(
            "The AppID, the AppSecret, the IP whitelist or the account itself. The log has an ERROR line with the errcode.",
            "AppID、AppSecret、IP 白名单有误，或账号本身受限。日志里有一行 ERROR，写着 errcode。",
        ),
        words(
            "Run `fanpass check --online`, then `fanpass explain` with that number.",
            "运行 `fanpass check --online`，再用那个错误码运行 `fanpass explain`。",
        ),
    ),
    entry(
        &[],
        &[502],
        &[
            "登录没有完成",
            "微信的答复有误",
            "Sign-in not completed",
            "WeChat’s reply was faulty",
        ],
        words(
            "登录没有完成: the platform's response cannot be used",
            "登录没有完成：微信的答复无法使用",
        ),
        words(
            "No connection, a truncated or empty response, HTML instead of JSON, an openid that is broken or another fan's, or an unknown errcode. The log line with the same request id says which.",
            "无法连接、答复中断或为空、返回的是 HTML 而不是 JSON、openid 损坏或属于别人、未知的错误码。用请求编号在日志里可以查到是哪一种。",
        ),
        words(
            "Check that the host can reach api.weixin.qq.com (DNS, firewall, TLS). A proxy in between must not return pages of its own.",
            "检查主机能否访问 api.weixin.qq.com（DNS、防火墙、TLS）。中间的代理不能返回自己的页面。",
        ),
    ),
    entry(
        &[],
        &[504],
        &[
            "微信没有及时答复",
            "没有等到微信的答复",
            "WeChat did not reply in time",
            "We waited a while, but WeChat did not reply",
        ],
        words(
            "微信没有及时答复: the platform was too slow",
            "微信没有及时答复：微信太慢",
        ),
        words(
            "No complete response within wechat.timeout_ms: the platform, the network or DNS is slow.",
            "在 wechat.timeout_ms 内没有收到完整的答复：微信、网络或 DNS 太慢。",
        ),
        words(
            "Occasional ones need no action. Otherwise measure from the host: `curl -o /dev/null -w '%{time_total}' https://api.weixin.qq.com/`. A firewall that drops packets instead of rejecting them looks the same.",
            "偶尔出现无需处理。否则在主机上测量：`curl -o /dev/null -w '%{time_total}' https://api.weixin.qq.com/`。丢弃而不是拒绝连接的防火墙看起来也是这样。",
        ),
    ),
    entry(
        &[],
        &[503],
        &[
            "现在有点忙",
            "同时来的人太多了",
            "A little busy right now",
            "Too many people are here at once",
        ],
        words(
            "现在有点忙: busy, a quota, or too many logins at once",
            "现在有点忙：繁忙、超出限额或同时登录的人太多",
        ),
        words(
            "The platform returned -1, 45009 or 45011, or wechat.max_in_flight logins already wait in this process.",
            "微信返回了 -1、45009 或 45011，或者本进程里等待的登录已达 wechat.max_in_flight。",
        ),
        words(
            "The page has a retry button; nothing is lost. Run `fanpass explain` with the errcode from the log. If there is none, the platform is slow or there are too few replicas.",
            "页面可以重试，不会丢失任何东西。用日志里的错误码运行 `fanpass explain`；如果没有错误码，说明微信太慢或副本太少。",
        ),
    ),
    entry(
        &[],
        &[503],
        &[
            "服务暂时不可用",
            "我们这边暂时出了问题",
            "Service unavailable",
            "We have a temporary problem",
        ],
        words(
            "服务暂时不可用: the database does not answer",
            "服务暂时不可用：数据库没有响应",
        ),
        words(
            "The database is down, frozen, out of disk space or read-only, or all connections of the pool are in use.",
            "数据库宕机、卡住、磁盘满、只读，或连接池已用尽。",
        ),
        words(
            "`/readyz` on the ops listener and `fanpass check` name the cause. Then follow the runbook \"The database is down\". Grants of spent codes are kept sealed for five minutes: fans just reload.",
            "查看运维端口的 `/readyz` 和 `fanpass check` 给出的原因，再看应急手册 “The database is down”。已用掉的 code 对应的授权会加密保留五分钟，粉丝刷新即可。",
        ),
    ),
    entry(
        &[],
        &[],
        &["没有您的同意，我们不会取得您的昵称和头像", "微信没有告诉我们您是谁"],
        words("a fan who declined", "粉丝拒绝了授权"),
        words(
            "The callback had its state but no code: the fan tapped 拒绝, or WeChat on the phone gave up.",
            "回调带有 state 但没有 code：粉丝点了拒绝，或手机上的微信中止了授权。",
        ),
        words(
            "Nothing to do; the page offers to try again.",
            "无需处理；页面上可以再试一次。",
        ),
    ),
];
