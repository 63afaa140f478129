/// A `REDIS_URL` that cannot be used. It never repeats a part of the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum RedisUrlError {
    #[error("has no scheme")]
    NoScheme,
    #[error("has a scheme other than redis and rediss")]
    UnknownScheme,
    #[error("has an unknown kind of Redis after the + of its scheme")]
    UnknownTopology,
    #[error("holds a # that must be percent-encoded (%23)")]
    RawHash,
    #[error("has a / in its user or password, which must be percent-encoded (%2F)")]
    RawSlash,
    #[error("has a ? in its user or password, which must be percent-encoded (%3F)")]
    RawQuestionMark,
    #[error("has a user or password that is not UTF-8")]
    NotUtf8,
    #[error("names no host")]
    NoHost,
    #[error("has an invalid host")]
    Host,
    #[error("has an invalid port")]
    Port,
    #[error("names several hosts without +sentinel or +cluster in its scheme")]
    SeveralHosts,
    #[error("names more than 16 hosts: some of them are enough")]
    TooManyHosts,
    #[error("names no master after the sentinels")]
    NoMaster,
    #[error("has a path that is not a database number")]
    DatabaseNumber,
    #[error("has a path, but a cluster has no numbered databases")]
    ClusterWithPath,
    #[error("has parameters after a ?, which only redis+sentinel:// takes")]
    Parameters,
    #[error("has a parameter other than sentinel_user and sentinel_password")]
    UnknownParameter,
}

impl RedisUrlError {
    /// What to write instead.
    pub(in crate::settings) const HINT: &'static str = "write redis://user:password@host:6379/0, \
        redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379 (with rediss for TLS)";
}
