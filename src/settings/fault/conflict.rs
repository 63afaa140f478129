/// Two settings that exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum Conflict {
    #[error("is {port}, as {other}.port is; give each its own")]
    SamePort { port: u16, other: &'static str },
    #[error("is true, which production refuses; set it to false")]
    SandboxInProduction,
    #[error(
        "is not a loopback address while the sandbox is on; use a loopback address, or set sandbox.enabled to false to work with a \
         test account"
    )]
    PublicUrlWithSandbox,
    #[error("is 0 while wechat.* points at it; give it a fixed port, or set wechat.api_url and wechat.open_url")]
    SandboxPortUnknown,
    #[error(
        "is not a loopback address; use 127.0.0.1 or 0.0.0.0, or set sandbox.enabled to false and use `fanpass sandbox`"
    )]
    SandboxHostNotLoopback,
}
