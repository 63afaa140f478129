use super::{Entry, line, words};

pub(super) const ENTRIES: &[Entry] = &[
    line(
        &["the audit log is not as it was chained"],
        words("the audit log is not as it was chained", "审计记录与链不符"),
        words(
            "A row of the table `audit_log` was altered, removed or inserted outside fanpass. Old rows are no longer purged, so that it stays visible.",
            "表 `audit_log` 里有一行在 fanpass 之外被改动、删除或插入。旧记录不再清除，以便查看。",
        ),
        words(
            "`fanpass audit verify` names the first row. Compare with a backup and with the lines `chained` of a collected log, and find out who may write to the database.",
            "运行 `fanpass audit verify` 可以看到第一处。与备份和收集的日志里的 `chained` 行对照，查明谁能写数据库。",
        ),
    ),
    line(
        &["the rules for replies were not read anew"],
        words(
            "the rules for replies were not read anew, and the old ones stay",
            "没有重新读取自动回复规则，仍使用原来的规则",
        ),
        words(
            "After SIGHUP, config/replies.toml could not be read, or has faults. The line names each fault with its line.",
            "收到 SIGHUP 后，config/replies.toml 无法读取或有错误；这一行写有每处错误及其行号。",
        ),
        words(
            "Mend the file, try it with `fanpass replies test`, and send SIGHUP again. With a faulty file the next start stops.",
            "改好文件，用 `fanpass replies test` 试一下，再发一次 SIGHUP。文件有错时，下次启动会停下。",
        ),
    ),
    line(
        &["the platform refuses this account"],
        words("the platform refuses this account", "微信拒绝了本账号"),
        words(
            "The AppID, the AppSecret, the IP whitelist or the account itself. The line has the errcode.",
            "AppID、AppSecret、IP 白名单有误，或账号本身受限；这一行写有 errcode。",
        ),
        words(
            "Run `fanpass explain` with that number, then `fanpass check --online`.",
            "用那个错误码运行 `fanpass explain`，再运行 `fanpass check --online`。",
        ),
    ),
    line(
        &[
            "the platform does not respond as it should",
            "a call to the platform failed",
            "no complete response within the deadline",
            "the response broke off",
            "not a JSON object",
            "not the status 200",
            "an errcode that is no number",
            "no openid that can be one",
            "no access_token that can be one",
            "another fan's openid",
            "the response is too long",
        ],
        words("the platform does not respond as it should", "微信没有正常答复"),
        words(
            "The first of several failed calls: no connection, a time-out, or a response that is not JSON. Another line is written when it answers again.",
            "一连串失败调用中的第一次：无法连接、超时，或答复不是 JSON。恢复时日志会再写一行。",
        ),
        words(
            "If it lasts, check that the host can reach api.weixin.qq.com (DNS, firewall, TLS, clock). See the runbook \"The platform is down\".",
            "如果持续：检查主机能否访问 api.weixin.qq.com（DNS、防火墙、TLS、时钟）。见应急手册 “The platform is down”。",
        ),
    ),
    line(
        &[
            "the counts of the day are not written",
            "the database does not know all that it counted",
        ],
        words("the counts of the day are not written", "当天的计数没有写入"),
        words(
            "The database is away or refuses them (a missing table or right). The process keeps them and tries again every ten seconds; nothing is lost unless it stops first. Fans notice nothing. The second line is from a process that stopped meanwhile: `waiting` events are missing in the counts of their day.",
            "数据库不可用，或者拒绝写入（缺表或缺权限）。进程会保留计数，每十秒重试一次；只要它不先停止，就不会丢失。粉丝不受影响。第二行来自期间停止的进程：有 `waiting` 个事件没有计入当天。",
        ),
        words(
            "Bring the database back, or run `fanpass check`, which names missing migrations and rights.",
            "恢复数据库，或运行 `fanpass check`，它会指出缺少的迁移和权限。",
        ),
    ),
    line(
        &["a login was turned away"],
        words("a login was turned away", "一次登录被挡回"),
        words(
            "wechat.max_in_flight logins already wait for the platform in this process: the platform is slow, or many fans came at once. The fan got a 503 page with a retry button; no code was spent.",
            "本进程里等待微信答复的登录已达 wechat.max_in_flight：微信太慢，或同时来的粉丝太多。粉丝看到可以重试的 503 页面，code 没有用掉。",
        ),
        words(
            "Check whether the platform is slow (`fanpass_platform_request_duration_seconds`). If not, add replicas or raise wechat.max_in_flight.",
            "检查微信是否太慢（`fanpass_platform_request_duration_seconds`）；否则增加副本，或调高 wechat.max_in_flight。",
        ),
    ),
    line(
        &["an empty body"],
        words("the platform's response had no body", "微信的答复没有内容"),
        words(
            "Something between fanpass and the platform returned an empty response.",
            "fanpass 与微信之间的某个设备返回了空内容。",
        ),
        words("Fix that proxy, or bypass it.", "修复该代理，或者绕过它。"),
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
            "fanpass could not open or use a connection in time; `database.error` says why. Fans get a 503 page and reload; nothing is lost.",
            "无法及时建立或使用数据库连接，原因见 `database.error`。粉丝看到 503，刷新即可，不会丢失任何东西。",
        ),
        words(
            "Run `fanpass check`, then follow the runbook \"The database is down\": is it running, are user, password and rights correct, are there free connections, is the disk full, is it still the primary?",
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
            "The former primary has become a replica, or somebody set it read-only; existing connections still lead to it.",
            "原来的主库变成了从库，或被设为只读；连接还连在它上面。",
        ),
        words(
            "The host name in DATABASE_URL must lead to the primary. Read-only connections are dropped, so writes succeed soon after a failover. If the server stays read-only, fix it there.",
            "让 DATABASE_URL 里的名字指向主库。报告只读的连接会被丢弃，切换后很快可以写入；如果服务器一直只读，需要在数据库那边解决。",
        ),
    ),
    line(
        &["the database is not sound"],
        words("the database is not sound", "数据库不完好"),
        words(
            "The SQLite file is gone, replaced, overwritten or locked, or the database server does not meet the requirements checked at the start.",
            "SQLite 的文件丢失、被替换、被覆盖或被锁定，或者数据库服务器不符合启动时的要求。",
        ),
        words(
            "Stop fanpass, restore the file from the backup (runbook \"Backup and restore\"), and start. Never overwrite a file that is in use.",
            "停止服务，从备份恢复文件（见应急手册 “Backup and restore”），再启动。不要覆盖正在使用的文件。",
        ),
    ),
    line(
        &["the cache is down", "the cache is not available"],
        words("the cache is down; going on without it", "缓存不可用，服务继续"),
        words(
            "Redis does not answer within cache.timeout_ms. Logins go on, but replicas cannot tell each other which codes are spent.",
            "Redis 在 cache.timeout_ms 内没有响应。登录不受影响，但副本之间无法互通哪些 code 已用过。",
        ),
        words(
            "`fanpass check` distinguishes a wrong password from a closed port. See the runbook \"Redis is down\".",
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
            "Redis answers, but refuses: its user lacks rights, it is out of memory, or it is a read-only replica. `cache.error` has its message.",
            "Redis 有响应，但拒绝执行：用户缺少权限、内存已满，或连到了只读副本。原文见 `cache.error`。",
        ),
        words(
            "`fanpass check` names the missing rights. The runbook \"Redis is down\" has the ACL rule, and what to do about OOM and READONLY.",
            "`fanpass check` 会指出缺少哪些权限。应急手册 “Redis is down” 里有 ACL 语句，以及 OOM 和 READONLY 的处理方法。",
        ),
    ),
    line(
        &["a browser signs in again and again and keeps no session"],
        words("a browser keeps no session", "浏览器没有保存会话"),
        words(
            "The browser signed in several times within a minute and came back without its cookie each time. It now gets a page instead of another login.",
            "它一分钟内登录了好几次，每次回来都没有带 cookie；现在显示页面而不再登录。",
        ),
        words(
            "A single browser: its cookies are off. Many browsers: SESSION_KEY differs between replicas, the proxy drops Set-Cookie, or server.public_url is not the URL that fans open.",
            "个别浏览器：关闭了 cookie。很多浏览器：各副本的 SESSION_KEY 不同、代理丢掉了 Set-Cookie，或 server.public_url 不是粉丝打开的地址。",
        ),
    ),
    line(
        &[
            "a web token could not be sealed",
            "an outcome could not be sealed",
            "a grant could not be sealed",
            "a login ended without an outcome",
            "a request failed",
        ],
        words("a request failed because of an internal error", "请求因内部错误失败"),
        words(
            "Something failed that should not fail; the line's `error` says what. Fans saw 出了点问题 or had to log in again.",
            "发生了不该发生的错误，原因见该行的 `error`。粉丝看到「出了点问题」或需要重新登录。",
        ),
        words(
            "A database error often means a wrong character set or missing migrations: run `fanpass check`. Otherwise report the line.",
            "数据库错误多半是字符集不对或缺少迁移：运行 `fanpass check`。否则请报告这一行。",
        ),
    ),
    line(
        &[
            "the revocation of a session is not written yet",
            "too many revocations of sessions wait for the database",
            "session revocations cannot be read from the database",
            "this process stops, and the database does not know all sessions that ended here",
        ],
        words(
            "session revocations wait for the database",
            "会话撤销记录在等待写入数据库",
        ),
        words(
            "The database does not answer, so other processes do not know this process's logouts yet.",
            "数据库没有响应，登出只有本进程知道，其他副本还不知道。",
        ),
        words(
            "Fix the database; waiting revocations are then written by themselves. If the line says \"too many\" or \"this process stops\", sessions that were ended here may stay valid elsewhere until they expire: `fanpass fans sign-out --all` revokes them all.",
            "修复数据库后会自动写入。如果出现 too many 或 this process stops，在这里登出的会话可能在别处继续有效直到过期：运行 `fanpass fans sign-out --all` 可全部结束。",
        ),
    ),
    line(
        &[
            "too many sessions were ended to keep each",
            "too many fans were signed out to keep each",
            "a revocation of sessions is not understood",
        ],
        words("more sessions are revoked than necessary", "撤销的会话比要求的多"),
        words(
            "There are more revocations than a process keeps, or a newer version wrote one. To be safe, fanpass revokes more sessions than necessary.",
            "撤销记录的数量超过了一个进程能保存的上限，或记录由更新的版本写入。为安全起见，会多撤销一些会话。",
        ),
        words(
            "Nothing to do: those fans log in again, silently. After a partial upgrade, upgrade the remaining replicas too.",
            "无需处理，这些粉丝会静默地重新登录。如果是升级了一部分副本，请把所有副本升级到同一版本。",
        ),
    ),
    line(
        &["migrations are missing"],
        words("migrations are missing", "缺少数据库迁移"),
        words(
            "The database lacks tables or columns of this version, and `database.migrate_on_start` is false. Every login fails.",
            "数据库缺少本版本的表或列，而 `database.migrate_on_start` 为 false：每次登录都会失败。",
        ),
        words(
            "Run `fanpass migrate` with a database role that may create tables.",
            "用有建表权限的数据库用户运行 `fanpass migrate`。",
        ),
    ),
    line(
        &["clock"],
        words("clocks differ", "时钟不一致"),
        words(
            "This host's clock differs from that of the database or the cache by more than half a minute. Logins and sessions expire too early or too late; TLS may fail.",
            "本机与数据库或缓存的时钟相差超过半分钟：登录提前或推迟过期，会话在意外的时间结束，TLS 也可能失败。",
        ),
        words(
            "Synchronize every host's clock with NTP (chrony, systemd-timesyncd).",
            "让所有主机用 NTP 校时（chrony、systemd-timesyncd）。",
        ),
    ),
    line(
        &["standard output was not read for a while"],
        words("log lines were lost", "日志丢失了一些行"),
        words(
            "The log's reader (docker, journald, a pipe) stopped reading, and lines were dropped so that fans do not wait. Or the lines could not be written: the disk is full.",
            "读取日志的程序（docker、journald、管道）停止了读取；为了不让粉丝等待，一些行被丢弃。也可能是无法写入：磁盘已满。",
        ),
        words(
            "Check the reader and its disk. `log.lost_lines` is the number of lost lines.",
            "检查读取日志的程序和磁盘；`log.lost_lines` 是丢失的行数。",
        ),
    ),
    line(
        &["the last traces were not sent", "the collector takes no traces"],
        words("the trace collector does not answer", "链路追踪的收集器没有响应"),
        words(
            "The endpoint in telemetry.otlp_endpoint does not accept traces; they are lost meanwhile. Fans notice nothing.",
            "telemetry.otlp_endpoint 指向的服务不接收链路数据，期间的数据会丢失。粉丝不受影响。",
        ),
        words(
            "Fix the collector, or its URL in the settings.",
            "修复收集器，或修改配置里的 URL。",
        ),
    ),
    line(
        &["not waiting any longer"],
        words("a second signal while stopping", "停止过程中又收到信号"),
        words(
            "The process was told to stop twice. It ends at once, and requests in flight are cut off.",
            "进程收到两次停止信号：立即结束，正在处理的请求会中断。",
        ),
        words(
            "Give it time: the grace period of the container or service unit must be longer than server.shutdown_timeout.",
            "给它足够的时间：容器或服务单元的宽限期要大于 server.shutdown_timeout。",
        ),
    ),
    line(
        &[
            "jobs cannot be read from the database; they wait",
            "jobs do not run in this process",
        ],
        words("jobs wait", "后台任务在等待"),
        words(
            "Work that happens later, such as the erasure of a fan, waits: the database does not answer, or a table or a right is missing.",
            "后台任务（例如删除粉丝数据）在等待：数据库没有响应，或缺少表或权限。",
        ),
        words(
            "Nothing is lost: jobs run when the database is back. If the line stays, `fanpass check` names missing migrations and rights.",
            "不会丢失：数据库恢复后自动继续。如果一直出现，用 `fanpass check` 检查缺少的迁移和权限。",
        ),
    ),
    line(
        &["a job failed for good"],
        words("a job failed for good", "后台任务最终失败"),
        words(
            "A job failed in every attempt, over some ten hours. Its work, such as the erasure of a fan, is not finished.",
            "一个后台任务在约十小时内的所有尝试都失败了，它的工作（例如删除粉丝数据）没有完成。",
        ),
        words(
            "`fanpass jobs list` has the reason. Fix it, and run `fanpass jobs retry` with the job's id.",
            "用 `fanpass jobs list` 查看原因，修复后用该任务的 id 运行 `fanpass jobs retry`。",
        ),
    ),
];
