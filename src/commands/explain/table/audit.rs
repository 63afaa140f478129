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
            "api_key",
            "api_right",
            "push_signature",
            "push_stale",
            "push_replayed",
        ],
        words("a request was refused", "拒绝了一个请求"),
        words(
            "`audit.reason` says why. declined: the fan said no. snapshot: a snapshot page with a virtual identity. unknown_state: the link was already used, has expired or belongs to another browser. code_refused: the platform rejected the code. foreign_origin: the form came from another site. rate_limit: too many requests from one IP address. api_key: a call of the internal API with a wrong key. api_right: an app asked the internal API for something that `apps.<id>.api` does not grant it. push_signature: a push that is not signed with WECHAT_TOKEN, or not sealed with one of our keys for this AppID. push_stale: a push whose time is too far from our clock. push_replayed: another message with a timestamp and number that were used.",
            "原因见 `audit.reason`。declined：粉丝没有同意授权。snapshot：快照页的虚拟身份。unknown_state：链接用过、过期或属于别的浏览器。code_refused：微信没有接受 code。foreign_origin：表单来自别的网站。rate_limit：同一 IP 的请求太多。api_key：用错误的 key 调用内部接口。api_right：应用请求了 `apps.<id>.api` 未授予的内容。push_signature：推送的签名与 WECHAT_TOKEN 不符，或不是用我们的密钥为本 AppID 加密。push_stale：推送的时间与本机时钟相差太多。push_replayed：用过的时间戳和随机数带着另一条消息再来。",
        ),
        words(
            "Occasional ones need no action. Many unknown_state: check that SESSION_KEY is the same on all replicas, and that server.public_url is the URL that fans open. Many rate_limit from one IP address: server.trusted_proxies must name your proxy. api_key: look for an app at client.ip whose key is not that of `APP_<ID>_API_KEY`; nobody else should reach the internal listener. api_right: grant the right in `apps.<id>.api`, or find out why the app (app.id) asks. push_signature: compare Token, EncodingAESKey and mode with the console (消息推送配置); in plain mode a set key refuses everything (push.accept_plain). push_stale: set the clock of this machine. push_replayed: somebody repeats what they saw; choose the safe mode.",
            "偶尔出现无需处理。unknown_state 很多：检查各副本的 SESSION_KEY 是否相同、server.public_url 是否为粉丝打开的地址。同一 IP 的 rate_limit 很多：server.trusted_proxies 要写上您的代理。api_key：检查 client.ip 处哪个应用的 key 与 `APP_<ID>_API_KEY` 不同；其他人本不应访问到内部监听端口。api_right：在 `apps.<id>.api` 中授予该权限，或查明应用（app.id）为何请求。push_signature：与后台的消息推送配置核对 Token、EncodingAESKey 和模式；设了密钥就不收明文（push.accept_plain）。push_stale：校准本机时钟。push_replayed：有人在重放看到的内容，请用安全模式。",
        ),
    ),
    line(
        &[
            "a fan signed in",
            "a fan registered",
            "a fan logged out",
            "an operator's command",
            "sessions were ended",
            "an erasure was asked for",
            "a fan downloads what is kept of them",
            "the audit log was chained",
            "the audit log was purged of old rows",
        ],
        words("a line of the audit trail", "审计日志的一行"),
        words(
            "It records who signed in or out, what an operator did, what was erased and why (`audit.reason`), that a fan downloads their data, or how far the audit log in the database is chained (`audit.head`): `audit.event` is the event, `fan.id` the fan. It is not a fault.",
            "记录谁登录或登出、管理员做了什么、删除了什么及其原因（`audit.reason`）、粉丝下载了自己的资料，或数据库里的审计记录链到了哪里（`audit.head`）：`audit.event` 是事件，`fan.id` 是粉丝。不是故障。",
        ),
        words(
            "Nothing to do. `fanpass fans show` with that id shows the fan, and `fanpass audit verify --head` with a noted head whether the log is still the same.",
            "无需处理。用这个编号运行 `fanpass fans show` 可以查到是谁；用记下的链头运行 `fanpass audit verify --head` 可以查到记录是否还是原样。",
        ),
    ),
];
