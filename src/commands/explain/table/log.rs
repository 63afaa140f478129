use super::{Entry, line, words};

pub(super) const ENTRIES: &[Entry] = &[
    line(
        &["the platform refuses this account"],
        words("the platform refuses this account", "微信拒绝了本账号"),
        words(
            "AppID, AppSecret, IP whitelist or the account itself; the line holds the errcode.",
            "AppID、AppSecret、IP 白名单有误，或账号本身受限；这一行写有 errcode。",
        ),
        words(
            "`fanpass explain` with that number, `fanpass check --online`.",
            "用那个错误码运行 `fanpass explain`，再运行 `fanpass check --online`。",
        ),
    ),
    line(
        &[
            "the platform does not answer as it should",
            "a call to the platform failed",
            "no complete answer within the deadline",
            "the answer broke off",
            "not a JSON object",
            "not the status 200",
            "an errcode that is no number",
            "no openid that can be one",
            "no access_token that can be one",
            "another fan's openid",
            "the answer is too long",
        ],
        words("the platform does not answer as it should", "微信没有正常答复"),
        words(
            "The first of several failed calls: no connection, a timeout, or an answer that is not JSON. Another line tells when it answers again.",
            "一连串失败调用中的第一次：无法连接、超时，或答复不是 JSON。恢复时日志会再写一行。",
        ),
        words(
            "If it stays: can the host reach api.weixin.qq.com (DNS, firewall, TLS, the clock)? Runbook \"The platform is down\".",
            "如果持续：检查主机能否访问 api.weixin.qq.com（DNS、防火墙、TLS、时钟）。见应急手册 “The platform is down”。",
        ),
    ),
    line(
        &["a login was turned away"],
        words("a login was turned away", "一次登录被挡回"),
        words(
            "wechat.max_in_flight logins wait for the platform in this process already: it is slow, or many fans came at once. The fan got a 503 page that leads back; no code was spent.",
            "本进程里等待微信答复的登录已达 wechat.max_in_flight：微信太慢，或同时来的粉丝太多。粉丝看到可以重试的 503 页面，code 没有用掉。",
        ),
        words(
            "Is the platform slow (`fanpass_platform_request_duration_seconds`)? Otherwise more replicas, or a higher wechat.max_in_flight.",
            "检查微信是否太慢（`fanpass_platform_request_duration_seconds`）；否则增加副本，或调高 wechat.max_in_flight。",
        ),
    ),
    line(
        &["an empty body"],
        words("the platform's answer had no body", "微信的答复没有内容"),
        words(
            "Something between fanpass and the platform answered with nothing.",
            "fanpass 与微信之间的某个设备返回了空内容。",
        ),
        words("Mend that proxy, or go around it.", "修复该代理，或者绕过它。"),
    ),
    line(
        &[
            "the database is not available",
            "a request was put off",
            "the database failed a login",
            "the database was too slow for a login",
            "a login waits for the database",
        ],
        words("the database is not available", "数据库不可用"),
        words(
            "A connection could not be made or used in time; `database.error` says why. Fans get 503 and reload; nothing is lost.",
            "无法及时建立或使用数据库连接，原因见 `database.error`。粉丝看到 503，刷新即可，不会丢失任何东西。",
        ),
        words(
            "`fanpass check`, then the runbook \"The database is down\": is it up, are name, password and rights right, are there free connections, is the disk full, is it still the primary?",
            "运行 `fanpass check`，再看应急手册 “The database is down”：数据库是否在运行，用户名、密码和权限是否正确，是否还有空闲连接，磁盘是否已满，是否仍是主库。",
        ),
    ),
    line(
        &[
            "read-only transaction",
            "--read-only option",
            "the database does not write",
        ],
        words("the database is read-only", "数据库是只读的"),
        words(
            "The server that was the primary has become a replica, or somebody set it read-only; connections to it still live.",
            "原来的主库变成了从库，或被设为只读；连接还连在它上面。",
        ),
        words(
            "Let the name in DATABASE_URL lead to the primary. Connections that say so are dropped, so that writes succeed soon after; a server that stays read-only must be mended there.",
            "让 DATABASE_URL 里的名字指向主库。报告只读的连接会被丢弃，切换后很快可以写入；如果服务器一直只读，需要在数据库那边解决。",
        ),
    ),
    line(
        &["the database is not sound"],
        words("the database is not sound", "数据库不完好"),
        words(
            "SQLite's file is gone, replaced, overwritten or locked, or the server is not what the start expects of it.",
            "SQLite 的文件丢失、被替换、被覆盖或被锁定，或者数据库服务器不符合启动时的要求。",
        ),
        words(
            "Stop, put the file back from the backup (runbook \"Backup and restore\"), start. Never copy a file over a running one.",
            "停止服务，从备份恢复文件（见应急手册 “Backup and restore”），再启动。不要覆盖正在使用的文件。",
        ),
    ),
    line(
        &["the cache is down", "the cache is not available"],
        words("the cache is down; going on without it", "缓存不可用，服务继续"),
        words(
            "Redis does not answer within cache.timeout_ms. Logins go on; replicas cannot tell each other which codes are spent.",
            "Redis 在 cache.timeout_ms 内没有响应。登录不受影响，但副本之间无法互通哪些 code 已用过。",
        ),
        words(
            "`fanpass check` tells a wrong password from a closed port. Runbook \"Redis is down\".",
            "`fanpass check` 能区分密码错误和端口不通。见应急手册 “Redis is down”。",
        ),
    ),
    line(
        &[
            "the cache refuses commands",
            "Redis refuses a command",
            "may not do all it needs",
            "NOPERM",
            "READONLY You can't write against a read only replica",
        ],
        words("the cache refuses commands", "缓存拒绝命令"),
        words(
            "Redis answers, and refuses: rights that its user lacks, a full memory, or a replica. `cache.error` has its words.",
            "Redis 有响应，但拒绝执行：用户缺少权限、内存已满，或连到了只读副本。原文见 `cache.error`。",
        ),
        words(
            "`fanpass check` says which rights are missing. Runbook \"Redis is down\" has the ACL line and what to do about OOM and READONLY.",
            "`fanpass check` 会指出缺少哪些权限。应急手册 “Redis is down” 里有 ACL 语句，以及 OOM 和 READONLY 的处理方法。",
        ),
    ),
    line(
        &["a browser signs in again and again and keeps no session"],
        words("a browser keeps no session", "浏览器没有保存会话"),
        words(
            "It signed in several times within a minute and came back without its cookie; it got a page instead of another login.",
            "它一分钟内登录了好几次，每次回来都没有带 cookie；现在显示页面而不再登录。",
        ),
        words(
            "One browser: cookies are off. Many: SESSION_KEY differs between replicas, the proxy drops Set-Cookie, or server.public_url is not what fans open.",
            "个别浏览器：关闭了 cookie。很多浏览器：各副本的 SESSION_KEY 不同、代理丢掉了 Set-Cookie，或 server.public_url 不是粉丝打开的地址。",
        ),
    ),
    line(
        &[
            "a web token could not be sealed",
            "a code could not be claimed",
            "an outcome could not be sealed",
            "a web token is not refreshed",
            "a grant could not be sealed",
            "a login ended without an outcome",
            "a request failed",
        ],
        words("a request failed by a fault of ours", "请求因内部错误失败"),
        words(
            "Something failed that should not: the line's `error` says what. Fans saw 出了点问题 or had to log in again.",
            "发生了不该发生的错误，原因见该行的 `error`。粉丝看到「出了点问题」或需要重新登录。",
        ),
        words(
            "A database error often means a wrong character set or missing migrations: `fanpass check`. No randomness means a broken host. Otherwise report the line.",
            "数据库错误多半是字符集不对或缺少迁移：运行 `fanpass check`。取不到随机数说明主机有问题。否则请报告这一行。",
        ),
    ),
    line(
        &[
            "the revocation of a session is not written yet",
            "too many revocations of sessions wait for the database",
            "session revocations cannot be read from the database",
            "this process stops, and the database does not know all sessions that ended here",
        ],
        words("ended sessions wait for the database", "会话结束的消息在等待数据库"),
        words(
            "Logouts are known to this process and not yet to the others, since the database does not answer.",
            "数据库没有响应，登出只有本进程知道，其他副本还不知道。",
        ),
        words(
            "Mend the database; what waits is written by itself. After the last two, sessions that ended here may live on elsewhere until they expire: `fanpass fans sign-out --all` ends them all.",
            "修复数据库后会自动写入。如果出现 too many 或 this process stops，在这里登出的会话可能在别处继续有效直到过期：运行 `fanpass fans sign-out --all` 可全部结束。",
        ),
    ),
    line(
        &[
            "too many sessions were ended to keep each",
            "too many fans were signed out to keep each",
            "a revocation of sessions is not understood",
        ],
        words("more sessions end than were ended", "结束的会话比要求的多"),
        words(
            "More revocations than a process keeps, or one that a newer version wrote. To be safe, more sessions end than had to.",
            "登出的数量超过了一个进程能保存的上限，或记录由更新的版本写入。为安全起见，会多结束一些会话。",
        ),
        words(
            "Nothing to do: those fans log in again, silently. After a partial upgrade, bring every replica to one version.",
            "无需处理，这些粉丝会静默地重新登录。如果是升级了一部分副本，请把所有副本升级到同一版本。",
        ),
    ),
    line(
        &["migrations are missing"],
        words("migrations are missing", "缺少数据库迁移"),
        words(
            "The database lacks tables or columns of this version, and `database.migrate_on_start` is false: every login fails.",
            "数据库缺少本版本的表或列，而 `database.migrate_on_start` 为 false：每次登录都会失败。",
        ),
        words(
            "Run `fanpass migrate` as a role that may create tables.",
            "用有建表权限的数据库用户运行 `fanpass migrate`。",
        ),
    ),
    line(
        &["clock"],
        words("clocks differ", "时钟不一致"),
        words(
            "This host's clock and that of the database or the cache are more than half a minute apart: logins expire early or late, sessions end at odd times, TLS may fail.",
            "本机与数据库或缓存的时钟相差超过半分钟：登录提前或推迟过期，会话在意外的时间结束，TLS 也可能失败。",
        ),
        words(
            "Let every host set its clock by NTP (chrony, systemd-timesyncd).",
            "让所有主机用 NTP 校时（chrony、systemd-timesyncd）。",
        ),
    ),
    line(
        &["standard output was not read for a while"],
        words("lines of the log are lost", "日志丢失了一些行"),
        words(
            "Whoever reads the log (docker, journald, a pipe) stopped reading; lines were dropped so that fans do not wait. Or they could not be written: the disk is full.",
            "读取日志的程序（docker、journald、管道）停止了读取；为了不让粉丝等待，一些行被丢弃。也可能是无法写入：磁盘已满。",
        ),
        words(
            "Look at that reader and its disk; `log.lost_lines` tells how many.",
            "检查读取日志的程序和磁盘；`log.lost_lines` 是丢失的行数。",
        ),
    ),
    line(
        &["the last traces were not sent", "the collector takes no traces"],
        words("the collector of traces does not answer", "链路追踪的收集器没有响应"),
        words(
            "The address of telemetry does not take traces; they are lost meanwhile. Fans notice nothing.",
            "telemetry 配置的地址不接收链路数据，期间的数据会丢失。粉丝不受影响。",
        ),
        words(
            "Mend the collector or its address in the settings.",
            "修复收集器，或修改配置里的地址。",
        ),
    ),
    line(
        &["not waiting any longer"],
        words("a second signal while stopping", "停止过程中又收到信号"),
        words(
            "The process was told to stop twice: it ends at once, and requests under way are cut.",
            "进程收到两次停止信号：立即结束，正在处理的请求会中断。",
        ),
        words(
            "Give it server.shutdown_timeout: a grace period of the container or the unit that is longer.",
            "给它足够的 server.shutdown_timeout：容器或服务单元的宽限期要更长。",
        ),
    ),
];
