use std::net::IpAddr;

use crate::settings::{loader::Section, url_rules::listening_ip};

/// `ops.*`: the private listener with health and metrics.
#[derive(Debug, Clone)]
pub struct OpsSettings {
    /// IP to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
}

impl OpsSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let host = section.text("host", listening_ip);
        let port = section.number("port", 0..=u16::MAX);
        Some(Self {
            host: host?,
            port: port?,
        })
    }
}
