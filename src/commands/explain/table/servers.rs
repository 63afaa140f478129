use super::{Entry, line, words};

pub(super) const ENTRIES: &[Entry] = &[
    line(
        &[
            "nothing listens at",
            "connection refused",
            "gives no answer in time",
            "did not answer in time",
            "has no address",
            "is not known by that name",
            "there is no way to",
            "closed the connection",
            "closes the connection and answers nothing",
            "starts or stops just now",
        ],
        words("a server cannot be reached", "无法连接服务器"),
        words(
            "The database or Redis is not running, its host name or port is wrong, or a firewall or proxy is in between. Connection refused: the host is up, but nothing listens on the port. No answer: the server hangs, or a firewall drops the packets.",
            "数据库或 Redis 没有运行，名字或端口不对，或者中间有防火墙或代理。连接被拒绝：主机在，但端口没有服务。没有响应：服务卡住，或防火墙丢弃了数据包。",
        ),
        words(
            "Start it, or correct host and port in DATABASE_URL or REDIS_URL. Test with `fanpass check` from the same host or container.",
            "启动它，或改正 DATABASE_URL、REDIS_URL 里的主机和端口；在同一台主机或容器里运行 `fanpass check` 验证。",
        ),
    ),
    line(
        &[
            "wants TLS",
            "offers no TLS",
            "is not trusted, or not for this name",
            "TLS is asked for, and the Redis there speaks without",
            "breaks off what is not TLS",
            "the certificate of Redis is not accepted",
        ],
        words("TLS to a server fails", "与服务器的 TLS 连接失败"),
        words(
            "One side requires TLS and the other does not use it, or the certificate is from an unknown authority or for another host name.",
            "一方要求 TLS 而另一方不用，或者证书的签发机构不受信任、证书不是这个主机名的。",
        ),
        words(
            "Redis: choose redis:// or rediss:// in REDIS_URL, and set the authority in cache.ca_file. Database: set sslmode and sslrootcert (PostgreSQL) or ssl_mode and ssl_ca (MySQL) in DATABASE_URL. Use the host name that is in the certificate.",
            "Redis：在 REDIS_URL 里选择 redis:// 或 rediss://，在 cache.ca_file 里写签发机构。数据库：在 DATABASE_URL 里设置 sslmode、sslrootcert（PostgreSQL）或 ssl_mode、ssl_ca（MySQL）。主机名要与证书一致。",
        ),
    ),
    line(
        &[
            "with this password",
            "asks for a password of",
            "does not know the user",
            "does not let the user",
            "does not have the database",
            "lets nobody use the database",
            "lets nobody in from here",
            "password authentication failed",
            "Access denied for user",
        ],
        words("a login at the database fails", "无法登录数据库"),
        words(
            "User, password or database name in DATABASE_URL is wrong, or the server does not allow this user to connect from this host.",
            "DATABASE_URL 里的用户、密码或数据库名不对，或者服务器不允许该用户从本机登录。",
        ),
        words(
            "Correct DATABASE_URL (percent-encode special characters in a password), create the user and the database, or allow this host (pg_hba.conf, CREATE USER). Test with `fanpass check`.",
            "改正 DATABASE_URL（密码里的特殊字符要做百分号编码），创建用户和数据库，或放行本机（pg_hba.conf、CREATE USER）。用 `fanpass check` 验证。",
        ),
    ),
    line(
        &[
            "has too many connections already",
            "too many requests wait for the database",
        ],
        words("there are too few connections", "数据库连接不够"),
        words(
            "The server has reached its connection limit, or all database.pool_size connections are in use and too many requests wait.",
            "服务器的连接数已达上限，或 database.pool_size 的连接全部在用而等待的请求太多。",
        ),
        words(
            "Replicas times database.pool_size must be below the server's max_connections, with some to spare. If it is, find out why the database is slow.",
            "副本数乘以 database.pool_size 要小于服务器的 max_connections，并留有余量。否则查明数据库为什么慢。",
        ),
    ),
    line(
        &[
            "PgBouncer",
            "where prepared statements are lost",
            "database.prepared_statements",
        ],
        words("prepared statements are lost", "预备语句丢失"),
        words(
            "PgBouncer or another connection pooler in transaction mode is in front of PostgreSQL: each transaction may run in a different session.",
            "PostgreSQL 前面有事务模式的 PgBouncer 或其他连接池，每个事务可能换一个会话。",
        ),
        words(
            "Set `database.prepared_statements = false`, or set max_prepared_statements in PgBouncer 1.21 or later.",
            "设置 `database.prepared_statements = false`，或在 PgBouncer 1.21 及以上设置 max_prepared_statements。",
        ),
    ),
    line(
        &[
            "Redis wants a password",
            "does not accept the user or the password of REDIS_URL",
            "NOAUTH",
            "WRONGPASS",
            "Redis has no database of the number",
        ],
        words("a login at Redis fails", "无法登录 Redis"),
        words(
            "REDIS_URL has no password or a wrong one, or names a database number that Redis does not have.",
            "REDIS_URL 没有密码、密码不对，或写了 Redis 没有的数据库编号。",
        ),
        words(
            "Set redis://user:password@host/0 in REDIS_URL. Sentinels have their own login (sentinel_user, sentinel_password). See the runbook \"Redis is down\".",
            "在 REDIS_URL 里写 redis://user:password@host/0；哨兵有自己的用户和密码（sentinel_user、sentinel_password）。见应急手册 “Redis is down”。",
        ),
    ),
];
