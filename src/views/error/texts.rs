use super::Failure;

/// The texts of a failure's page: plain words, and nothing about the inside of the server.
pub(super) struct Texts {
    /// The class of WeUI's icon.
    pub(super) icon: &'static str,
    pub(super) title: &'static str,
    pub(super) message: &'static str,
    pub(super) hint: Option<&'static str>,
}

const WARN: &str = "weui-icon-warn";
const WAIT: &str = "weui-icon-waiting";
const INFO: &str = "weui-icon-info";

const fn texts(icon: &'static str, title: &'static str, message: &'static str) -> Texts {
    Texts {
        icon,
        title,
        message,
        hint: None,
    }
}

/// The texts of a failure.
pub(super) const fn of(failure: Failure) -> Texts {
    match failure {
        Failure::LoginExpired => Texts {
            hint: Some(
                "如果您刚点了「使用完整服务」，看到这一页是正常的：快照页里的登录不能接着用，重新登录一次就好。",
            ),
            ..texts(
                INFO,
                "登录链接已失效",
                "这个链接用过了、过期了，或者不是在这里发起的。请重新登录。",
            )
        },
        Failure::CodeRefused => texts(WARN, "登录没有完成", "微信没有接受这次登录。再登录一次，通常就好了。"),
        Failure::Configuration => texts(
            WARN,
            "暂时无法登录",
            "登录服务出了问题，需要管理员处理。您不用做什么，请稍后再来。",
        ),
        Failure::PlatformFault => texts(WARN, "登录没有完成", "微信的答复有误。请稍后再登录一次。"),
        Failure::PlatformTimeout => texts(
            WAIT,
            "微信没有及时答复",
            "我们等了一会儿，没有等到微信的答复。请稍后再登录一次。",
        ),
        Failure::Busy => texts(WAIT, "现在有点忙", "同时来的人太多了，请过一会儿再来。"),
        Failure::DatabaseDown => texts(
            WAIT,
            "服务暂时不可用",
            "我们这边暂时出了问题。请稍等片刻，然后重新加载这一页。",
        ),
        Failure::SessionLost => Texts {
            hint: Some("如果反复出现，请关闭这个页面，过一分钟再从公众号菜单进入。"),
            ..texts(
                INFO,
                "没能保持登录",
                "您已经登录成功，但浏览器没有保存登录状态。请稍等片刻再登录一次。",
            )
        },
        Failure::NotFound => texts(INFO, "页面不存在", "您打开的地址不存在，或者已经更改。"),
        Failure::MethodNotAllowed => texts(INFO, "不能这样打开", "这个地址不能直接打开。请从首页进入。"),
        Failure::BadRequest => texts(INFO, "地址有误", "您打开的地址不完整或有错误。请从首页进入。"),
        Failure::RequestTooLarge => Texts {
            hint: Some("如果一直这样，请在微信里清理本站的网页缓存，再从公众号菜单进入。"),
            ..texts(
                INFO,
                "请求太大",
                "浏览器这次发来的内容太多，我们没有处理。请从首页进入。",
            )
        },
        Failure::TooManyRequests => texts(WAIT, "操作太频繁", "短时间内登录的次数太多了，请过一会儿再来。"),
        Failure::ForbiddenOrigin => texts(
            WARN,
            "操作没有执行",
            "这个操作不是从本站的页面发起的。为了您的账号安全，我们没有执行。",
        ),
        Failure::Internal => texts(WARN, "出了点问题", "我们这边出了错，请稍后再试。"),
    }
}

/// Every failure.
#[cfg(test)]
pub(super) const ALL: [Failure; 15] = [
    Failure::SessionLost,
    Failure::LoginExpired,
    Failure::CodeRefused,
    Failure::Configuration,
    Failure::PlatformFault,
    Failure::PlatformTimeout,
    Failure::Busy,
    Failure::DatabaseDown,
    Failure::NotFound,
    Failure::MethodNotAllowed,
    Failure::BadRequest,
    Failure::RequestTooLarge,
    Failure::TooManyRequests,
    Failure::ForbiddenOrigin,
    Failure::Internal,
];
