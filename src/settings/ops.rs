use std::net::IpAddr;

use super::{address, section::Section};

/// `ops.*`: the private listener for health.
#[derive(Debug, Clone)]
pub struct OpsSettings {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
}

impl OpsSettings {
    pub(super) fn read(section: Section<'_>) -> Option<Self> {
        let host = section.text("host", address::listen);
        let port = section.number("port", 0..=u16::MAX);
        Some(Self {
            host: host?,
            port: port?,
        })
    }
}
