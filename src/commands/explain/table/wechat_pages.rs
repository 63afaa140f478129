use super::{Entry, entry, words};

pub(super) const ENTRIES: &[Entry] = &[
    entry(
        &[10003],
        &[],
        &[
            "redirect_uri 参数错误",
            "redirect_uri域名与后台配置不一致",
            "redirect_uri 域名与后台配置不一致",
        ],
        words(
            "redirect_uri 参数错误: the callback domain does not match the account's",
            "redirect_uri 参数错误：回调域名与后台不一致",
        ),
        words(
            "The host of server.public_url is not exactly the account's 网页授权域名: another subdomain, a port, or the domain of another AppID.",
            "server.public_url 的主机名与公众号的 网页授权域名 不完全一致：子域名不同、带了端口，或者是别的 AppID 的域名。",
        ),
        words(
            "Correct server.public_url, or the domain: 公众平台 → 设置与开发 → 账号设置 → 功能设置 → 网页授权域名, without scheme, path or port. `www.example.com` and `example.com` are different domains. You can save only a few times a month.",
            "修改 server.public_url，或修改域名：公众平台 → 设置与开发 → 账号设置 → 功能设置 → 网页授权域名，不带协议、路径和端口。`www.example.com` 和 `example.com` 是两个域名。每月只能修改几次。",
        ),
    ),
    entry(
        &[10004],
        &[],
        &["此公众号被封禁", "公众号被封禁"],
        words("the account is banned", "公众号被封禁"),
        words("The platform has banned the account.", "微信封禁了该公众号。"),
        words(
            "Read the notices at mp.weixin.qq.com → 通知中心 and appeal there.",
            "登录 mp.weixin.qq.com，在 通知中心 查看通知并申诉。",
        ),
    ),
    entry(
        &[10005],
        &[],
        &[
            "scope 参数错误或没有 scope 权限",
            "没有 scope 权限",
            "没有此 scope 权限",
        ],
        words(
            "Scope 参数错误或没有 Scope 权限: the account has no web authorization",
            "Scope 参数错误或没有 Scope 权限：账号没有网页授权",
        ),
        words(
            "Only verified service accounts have it. The AppID belongs to a subscription account, a mini program, or a service account whose verification has expired.",
            "只有已认证的服务号才有网页授权。这个 AppID 属于订阅号、小程序，或者认证已过期的服务号。",
        ),
        words(
            "Use the AppID of a verified service account, or renew the verification: 公众平台 → 设置与开发 → 微信认证. A test account (公众平台测试号) works too.",
            "使用已认证服务号的 AppID，或续期认证：公众平台 → 设置与开发 → 微信认证。公众平台测试号也可以。",
        ),
    ),
    entry(
        &[10006],
        &[],
        &["必须关注此测试号", "未关注该测试号", "未关注此测试号"],
        words(
            "the visitor does not follow this test account",
            "访问者没有关注此测试号",
        ),
        words(
            "A test account lets only its followers log in.",
            "测试号只允许关注者登录。",
        ),
        words(
            "Follow it with the QR code in the test account's console, or use the real account.",
            "扫描测试号后台的二维码关注它，或者使用正式账号。",
        ),
    ),
    entry(
        &[10009],
        &[],
        &["操作太频繁了，请稍后重试"],
        words("too many authorizations at once", "授权操作太频繁"),
        words(
            "This fan or this account requested authorization too often.",
            "该粉丝或该公众号请求授权太频繁。",
        ),
        words(
            "Wait a minute. If it lasts, a page redirects to the login in a loop: look at fanpass_logins_total and at the application behind `next`.",
            "等一分钟。如果一直这样，说明有页面在循环跳转登录：查看 fanpass_logins_total 和 `next` 指向的应用。",
        ),
    ),
    entry(
        &[10010, 10011, 10012, 10013],
        &[],
        &[
            "scope不能为空",
            "redirect_uri不能为空",
            "appid不能为空",
            "state不能为空",
        ],
        words("a parameter of the authorize URL is missing", "授权链接缺少参数"),
        words(
            "fanpass always sends all of them: the link was created elsewhere, or truncated on the way.",
            "fanpass 总是带全参数：这个链接是别处生成的，或者中途被截断了。",
        ),
        words(
            "In menus and messages use this site's `/login?next=…`, never an authorize URL.",
            "菜单和消息里请使用本站的 `/login?next=…`，不要直接放授权链接。",
        ),
    ),
    entry(
        &[10015],
        &[],
        &["公众号未授权第三方平台"],
        words(
            "the account is not authorized to that third-party platform",
            "公众号未授权第三方平台",
        ),
        words(
            "The authorize URL names a third-party platform (component_appid); fanpass never does.",
            "授权链接里带有第三方平台（component_appid）；fanpass 从不这样做。",
        ),
        words(
            "Find the system that created the link; use this site's `/login?next=…` instead.",
            "找出生成该链接的系统；请使用本站的 `/login?next=…`。",
        ),
    ),
    entry(
        &[10016],
        &[],
        &["不支持微信开放平台的Appid"],
        words("the AppID belongs to the open platform", "AppID 属于微信开放平台"),
        words(
            "WECHAT_APP_ID belongs to a website or mobile application.",
            "WECHAT_APP_ID 属于网站应用或移动应用。",
        ),
        words("Use the service account's AppID.", "请使用服务号的 AppID。"),
    ),
    entry(
        &[],
        &[],
        &["该链接无法访问"],
        words(
            "该链接无法访问: the authorize URL's parameters are not in the documented order",
            "该链接无法访问：授权链接的参数顺序不对",
        ),
        words(
            "The platform checks the order of the link's parts strictly: appid, redirect_uri, response_type, scope, state, #wechat_redirect. Something on the way changed it: a proxy, a link checker, a URL shortener, or copying by hand.",
            "微信严格检查链接的参数顺序：appid、redirect_uri、response_type、scope、state、#wechat_redirect。中途有什么改动了它：代理、链接检测、短链接服务或手工复制。",
        ),
        words(
            "Open this site's `/login` instead of the authorize URL, and let nothing rewrite redirects. If it appears for all of your pages, the domain may be blocked: appeal through the link on that page.",
            "打开本站的 `/login`，不要直接打开授权链接，也不要让任何东西改写跳转。如果本站所有页面都这样，可能是域名被封：通过该页面上的链接申诉。",
        ),
    ),
    entry(
        &[],
        &[],
        &["请在微信客户端打开链接", "请在微信客户端打开"],
        words(
            "请在微信客户端打开链接: the link was opened outside WeChat",
            "请在微信客户端打开链接：链接是在微信之外打开的",
        ),
        words(
            "Web authorization works only in WeChat's own browser. WeChat's page says 打开链接; fanpass's page has a QR code (status 200).",
            "网页授权只能在微信内置浏览器中使用。写着「打开链接」的是微信的页面；带二维码的是我们的页面（状态码 200）。",
        ),
        words(
            "Open it in WeChat: scan the code, or send the link to a chat. With wechat.require_app = true (the default in production) fans see fanpass's page instead of WeChat's. An app that removes MicroMessenger from its User-Agent is treated as another browser.",
            "在微信里打开：扫码，或把链接发到聊天里再点开。wechat.require_app = true（生产环境默认）时粉丝看到的是我们的页面。如果应用改掉了 User-Agent 里的 MicroMessenger，会被当作别的浏览器。",
        ),
    ),
    entry(
        &[],
        &[],
        &["使用完整服务", "快照页里没有您的真实身份", "网页快照"],
        words("使用完整服务: a snapshot page", "使用完整服务：网页快照"),
        words(
            "WeChat opened the page as a snapshot with a virtual identity. This usually happens when a page asks for nickname and avatar at once, or was opened from an article or a forwarded link. Nobody is signed in, and nothing is stored.",
            "微信以快照方式打开了页面，身份是虚拟的；通常因为页面一打开就要求昵称和头像，或是从文章、转发的链接进入。此时没有登录，也不保存任何信息。",
        ),
        words(
            "The fan taps 使用完整服务 at the bottom right. Links should lead to `/` or `/login?next=…`, which ask for nothing, and never to `/register`.",
            "让粉丝点右下角的「使用完整服务」。链接请指向 `/` 或 `/login?next=…`（不索取任何信息），不要指向 `/register`。",
        ),
    ),
    entry(
        &[],
        &[],
        &["该公众号提供的服务出现故障", "该公众号暂时无法提供服务"],
        words(
            "该公众号提供的服务出现故障: a message got no valid reply in time",
            "该公众号提供的服务出现故障：消息没有得到及时、正确的回复",
        ),
        words(
            "A fan sent a message to the account. The server that receives its messages did not reply within five seconds, replied with invalid XML, or two receivers replied. It has nothing to do with the web login.",
            "粉丝给公众号发了消息，而消息推送的服务器五秒内没有回复、回复的不是正确的 XML，或者有两个接收方同时回复。与网页登录无关。",
        ),
        words(
            "微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 域名与消息推送配置 (before: 公众平台 → 设置与开发 → 基本配置 → 服务器配置): is the URL correct, is the receiver running, is a third-party platform authorized as well? The receiver should reply `success` or nothing at once, and do its work later.",
            "查看 微信开发者平台 → 我的业务 → 服务号 → 基础信息 → 域名与消息推送配置（旧：公众平台 → 设置与开发 → 基本配置 → 服务器配置）：URL 对不对，接收服务是否在运行，是否另外授权了第三方平台。先立即回复 `success` 或空内容，再慢慢处理。",
        ),
    ),
];
