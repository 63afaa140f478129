use super::{Entry, line, words};

pub(super) const ENTRIES: &[Entry] = &[
    line(
        &[
            "a request was refused",
            "further requests were refused",
            "declined",
            "snapshot",
            "unknown_state",
            "code_refused",
            "foreign_origin",
            "rate_limit",
        ],
        words("a request was refused", "拒绝了一个请求"),
        words(
            "`audit.reason` says why. declined: the fan said no. snapshot: a preview page with a made-up identity. unknown_state: the link was used, is old or another browser's. code_refused: the platform did not take the code. foreign_origin: a form of another site. rate_limit: too many requests from one address.",
            "原因见 `audit.reason`。declined：粉丝没有同意授权。snapshot：快照页的虚拟身份。unknown_state：链接用过、过期或属于别的浏览器。code_refused：微信没有接受 code。foreign_origin：表单来自别的网站。rate_limit：同一地址的请求太多。",
        ),
        words(
            "Single ones need nothing. Many unknown_state: is SESSION_KEY the same everywhere, and server.public_url what fans open? Many rate_limit from one address: server.trusted_proxies must name your proxy.",
            "偶尔出现无需处理。unknown_state 很多：检查各副本的 SESSION_KEY 是否相同、server.public_url 是否为粉丝打开的地址。同一地址的 rate_limit 很多：server.trusted_proxies 要写上您的代理。",
        ),
    ),
    line(
        &[
            "a fan signed in",
            "a fan registered",
            "a fan logged out",
            "an operator's command",
            "an operator ended sessions",
        ],
        words("a line of the audit trail", "审计日志的一行"),
        words(
            "Who was signed in or out, and what an operator did: `audit.event` says which, `fan.id` whom. No fault.",
            "记录谁登录或登出、管理员做了什么：`audit.event` 是事件，`fan.id` 是粉丝。不是故障。",
        ),
        words(
            "Nothing to do. `fanpass fans show` with that id tells who it is.",
            "无需处理。用这个编号运行 `fanpass fans show` 可以查到是谁。",
        ),
    ),
];
