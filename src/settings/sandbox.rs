use std::net::IpAddr;

/// `sandbox.*`: the stand-in platform.
#[derive(Debug, Clone)]
pub struct SandboxSettings {
    /// Whether `fanpass serve` starts it and talks to it.
    pub enabled: bool,
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
}
