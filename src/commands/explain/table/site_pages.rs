use super::{Entry, entry, words};

pub(super) const ENTRIES: &[Entry] = &[
    entry(
        &[],
        &[],
        &[
            "正在为您准备数据",
            "您的数据正在下载，或者同时下载的人太多。请等它完成，或稍后再试",
            "Your data is being prepared",
            "A download of your data is under way already, or too many people download at once. Let it finish, or try again in a moment",
        ],
        words(
            "正在为您准备数据: no place for another download of `/me/export`",
            "正在为您准备数据：没有下载 `/me/export` 的空位",
        ),
        words(
            "Another download of the same fan is under way in this process, or eight of other fans. One that stalls ends after a minute, a slow one after half an hour.",
            "同一粉丝的另一个下载还在进行，或该进程已有八个下载。停滞的下载一分钟后结束，缓慢的半小时后结束。",
        ),
        words(
            "Nothing, if it is rare. If it is frequent: more replicas. `fans.export` in the audit log says who downloads.",
            "偶尔出现无需处理。如果经常出现：增加副本；审计日志的 `fans.export` 说明谁在下载。",
        ),
    ),
    entry(
        &[],
        &[404],
        &[
            "页面不存在",
            "您打开的地址不存在",
            "Page not found",
            "The address does not exist, or it has changed",
        ],
        words("页面不存在: no such page", "页面不存在"),
        words(
            "fanpass does not have this path: a typo in a link, or a proxy that rewrites paths.",
            "fanpass 没有这个路径：链接写错了，或代理改写了路径。",
        ),
        words(
            "Fix the link. For `MP_verify_….txt` put the file's name and content into [wechat.root_files].",
            "修正链接。如果是 `MP_verify_….txt`，请把文件名和内容写进 [wechat.root_files]。",
        ),
    ),
    entry(
        &[],
        &[405],
        &[
            "不能这样打开",
            "这个地址不能直接打开",
            "Not to be opened like this",
            "This address cannot be opened directly",
        ],
        words("不能这样打开: wrong HTTP method", "不能这样打开：请求方法不对"),
        words(
            "The path exists, but does not support this method; the header `Allow` lists those it supports.",
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
        &[
            "地址有误",
            "您打开的地址不完整或有错误",
            "Faulty address",
            "The address is incomplete or faulty",
        ],
        words("地址有误: the URL cannot be read", "地址有误：无法理解的 URL"),
        words(
            "A broken query, or a URL longer than 8 KiB.",
            "查询参数有错误，或 URL 超过 8 KiB。",
        ),
        words("Fix the link, or start at the index page.", "修正链接，或从首页进入。"),
    ),
    entry(
        &[],
        &[411, 413, 431],
        &[
            "请求太大",
            "浏览器这次发来的内容太多",
            "Request too large",
            "Your browser sent too much, so we did not process it",
        ],
        words("请求太大: the request is too large", "请求太大"),
        words(
            "Headers of more than 32 KiB (usually cookies of other pages on the domain), or a body over its limit or without a length.",
            "请求头超过 32 KiB（多半是同域名下其他页面的 cookie），或请求体超过上限、没有长度。",
        ),
        words(
            "Clear the site's cookies in WeChat. Other applications on the domain should set fewer cookies, with a narrower scope.",
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
            "Too many attempts",
            "There were too many sign-ins in a short time",
        ],
        words(
            "操作太频繁: too many logins from one IP address",
            "操作太频繁：同一 IP 登录太多",
        ),
        words(
            "limits.per_address_per_minute was exceeded. If all fans are refused, they share one IP address: the proxy's.",
            "超过了 limits.per_address_per_minute。如果所有粉丝都被拒绝，说明他们共用一个 IP：代理的 IP。",
        ),
        words(
            "Behind a proxy, set server.trusted_proxies to its IP addresses (CIDR), and make it send X-Forwarded-For. If many fans are behind one NAT, raise the limit.",
            "在代理后面时，把 server.trusted_proxies 设为代理的 IP（CIDR），并让代理发送 X-Forwarded-For。如果很多粉丝在同一个 NAT 后面，请调高上限。",
        ),
    ),
    entry(
        &[],
        &[403],
        &[
            "操作没有执行",
            "这个操作不是从本站的页面发起的",
            "Not carried out",
            "This action did not come from a page of this site",
        ],
        words(
            "操作没有执行: the form came from another site",
            "操作没有执行：表单来自其他网站",
        ),
        words(
            "The Origin or Referer of a POST is not server.public_url: it comes from another site, a proxy changes the headers, or public_url is not the URL that fans open.",
            "POST 的 Origin 或 Referer 与 server.public_url 不一致：来自其他网站、代理改了请求头，或 public_url 不是粉丝打开的地址。",
        ),
        words(
            "Set server.public_url to the URL that fans open, and make the proxy pass Origin on.",
            "把 server.public_url 设为粉丝打开的 URL，并让代理原样转发 Origin。",
        ),
    ),
    entry(
        &[],
        &[500],
        &[
            "出了点问题",
            "我们这边出了错",
            "Something went wrong",
            "We made a mistake. Please try again later",
        ],
        words("出了点问题: an internal error", "出了点问题：内部错误"),
        words(
            "Something failed that should not fail. The log has `a request failed` with the cause and the page's request id.",
            "发生了不该发生的错误；用页面上的请求编号可以在日志里找到 `a request failed` 和原因。",
        ),
        words(
            "Read that line. A database error often means a wrong character set or missing migrations: run `fanpass check`. Otherwise report it with the line.",
            "查看那一行日志。如果是数据库错误，多半是字符集不对或缺少迁移：运行 `fanpass check`。否则请带上这一行报告问题。",
        ),
    ),
    entry(
        &[],
        &[499],
        &["not answered"],
        words(
            "499: the client disconnected before the response",
            "499：客户端在答复之前断开",
        ),
        words(
            "The fan closed the page, or a proxy's time-out is shorter than fanpass's. The status appears only in logs and metrics.",
            "粉丝关闭了页面，或代理的超时比我们短。它只出现在日志和指标里。",
        ),
        words(
            "Set the proxy's time-out above wechat.timeout_ms plus database.pool_timeout_ms.",
            "让代理的超时大于 wechat.timeout_ms 加 database.pool_timeout_ms。",
        ),
    ),
    entry(
        &[],
        &[],
        &[
            "无法识别页面地址",
            "请用参数 url 发送页面的完整地址",
            "The page's URL cannot be read",
            "Send the page's full URL as url",
            "该页面不能获得签名",
            "只有本站及其应用的页面可以获得签名",
            "This page gets no signature",
            "Only pages of this site and of its apps get one",
        ],
        words(
            "该页面不能获得签名: a page asks for a JS-SDK signature and gets none",
            "该页面不能获得签名：页面请求 JS-SDK 签名被拒绝",
        ),
        words(
            "`GET /api/jssdk/config` signs pages of `server.public_url` and of hosts of apps with `jssdk = true`, over https on port 443. The parameter `url` is missing, is no such page's, or was encoded twice.",
            "`GET /api/jssdk/config` 只为 `server.public_url` 和 `jssdk = true` 的应用域名（https，443 端口）签名。参数 `url` 缺失、不属于这些页面，或被编码了两次。",
        ),
        words(
            "Send `encodeURIComponent(location.href.split('#')[0])`, and list the app's host in `apps.<id>.hosts` with `apps.<id>.jssdk = true`.",
            "发送 `encodeURIComponent(location.href.split('#')[0])`，并在 `apps.<id>.hosts` 登记域名、设置 `apps.<id>.jssdk = true`。",
        ),
    ),
];
