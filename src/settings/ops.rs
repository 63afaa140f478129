use std::net::IpAddr;

/// `ops.*`: the private listener for health.
#[derive(Debug, Clone)]
pub struct OpsSettings {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
}
