use super::{Entry, entry, words};

pub(super) const ENTRIES: &[Entry] = &[
    entry(
        &[],
        &[404],
        &["页面不存在", "您打开的地址不存在"],
        words("页面不存在: no such page", "页面不存在"),
        words(
            "The path is none of fanpass's: a mistyped link, or a proxy that rewrites paths.",
            "fanpass 没有这个路径：链接写错了，或代理改写了路径。",
        ),
        words(
            "Mend the link. For `MP_verify_….txt` put the file's name and content into [wechat.root_files].",
            "修正链接。如果是 `MP_verify_….txt`，请把文件名和内容写进 [wechat.root_files]。",
        ),
    ),
    entry(
        &[],
        &[405],
        &["不能这样打开", "这个地址不能直接打开"],
        words("不能这样打开: not with this method", "不能这样打开：请求方法不对"),
        words(
            "The path exists, but not for this method; `Allow` names those that there are.",
            "路径存在，但不支持这种方法；响应头 `Allow` 列出了支持的方法。",
        ),
        words(
            "Open it with GET, or use the form that belongs to it.",
            "用 GET 打开，或使用对应的表单。",
        ),
    ),
    entry(
        &[],
        &[400, 414],
        &["地址有误", "您打开的地址不完整或有错误"],
        words("地址有误: an address that cannot be read", "地址有误：无法理解的地址"),
        words(
            "A broken query, or an address of more than 8 KiB.",
            "查询参数有错误，或地址超过 8 KiB。",
        ),
        words("Mend the link; begin at the index page.", "修正链接，或从首页进入。"),
    ),
    entry(
        &[],
        &[411, 413, 431],
        &["请求太大", "浏览器这次发来的内容太多"],
        words("请求太大: too much was sent", "请求太大"),
        words(
            "Headers of more than 32 KiB, mostly cookies of other pages of the domain, or a body beyond its limit or without a length.",
            "请求头超过 32 KiB（多半是同域名下其他页面的 cookie），或请求体超过上限、没有长度。",
        ),
        words(
            "Clear the site's cookies in WeChat; let other applications of the domain keep fewer and narrower ones.",
            "在微信里清除本站的缓存；让同域名的其他应用少用 cookie，并缩小作用范围。",
        ),
    ),
    entry(
        &[],
        &[429],
        &[
            "操作太频繁",
            "短时间内登录的次数太多了",
            "server.trusted_proxies",
            "too many requests from one address",
        ],
        words(
            "操作太频繁: too many logins from one address",
            "操作太频繁：同一地址登录太多",
        ),
        words(
            "limits.per_address_per_minute was exceeded. Where all fans are refused, they share one address: the proxy's.",
            "超过了 limits.per_address_per_minute。如果所有粉丝都被拒绝，说明他们共用一个地址：代理的地址。",
        ),
        words(
            "Behind a proxy set server.trusted_proxies to its addresses (CIDR), and let it send X-Forwarded-For. For many fans behind one NAT raise the limit.",
            "在代理后面时，把 server.trusted_proxies 设为代理的地址（CIDR），并让代理发送 X-Forwarded-For。如果很多粉丝在同一个 NAT 后面，请调高上限。",
        ),
    ),
    entry(
        &[],
        &[403],
        &["操作没有执行", "这个操作不是从本站的页面发起的"],
        words(
            "操作没有执行: a form that was posted from elsewhere",
            "操作没有执行：表单来自其他网站",
        ),
        words(
            "The Origin or Referer of a POST is not server.public_url: another site, a proxy that changes the headers, or a public_url that is not what fans open.",
            "POST 的 Origin 或 Referer 与 server.public_url 不一致：来自其他网站、代理改了请求头，或 public_url 不是粉丝打开的地址。",
        ),
        words(
            "Set server.public_url to the address that fans open, and let the proxy pass Origin on.",
            "把 server.public_url 设为粉丝打开的地址，并让代理原样转发 Origin。",
        ),
    ),
    entry(
        &[],
        &[500],
        &["出了点问题", "我们这边出了错"],
        words("出了点问题: a fault of ours", "出了点问题：内部错误"),
        words(
            "Something failed that should not; the log has `a request failed` with the cause at the page's request id.",
            "发生了不该发生的错误；用页面上的请求编号可以在日志里找到 `a request failed` 和原因。",
        ),
        words(
            "Read that line. A database error there often means a wrong character set or missing migrations: `fanpass check`. Otherwise report it with the line.",
            "查看那一行日志。如果是数据库错误，多半是字符集不对或缺少迁移：运行 `fanpass check`。否则请带上这一行报告问题。",
        ),
    ),
    entry(
        &[],
        &[499],
        &["not answered"],
        words("499: the client hung up before the answer", "499：客户端在答复之前断开"),
        words(
            "The fan closed the page, or a proxy's timeout is shorter than ours. It stands in logs and metrics only.",
            "粉丝关闭了页面，或代理的超时比我们短。它只出现在日志和指标里。",
        ),
        words(
            "Let the proxy wait longer than wechat.timeout_ms plus database.pool_timeout_ms.",
            "让代理的超时大于 wechat.timeout_ms 加 database.pool_timeout_ms。",
        ),
    ),
];
