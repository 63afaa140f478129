use std::net::IpAddr;

use crate::settings::{loader::Section, url_rules::listening_ip};

/// `internal.*`: the private listener for the operator's own systems. It listens if `OPS_API_KEY` or an app's key is set.
#[derive(Debug, Clone)]
pub struct InternalSettings {
    /// IP to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
}

impl InternalSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let host = section.text("host", listening_ip);
        let port = section.number("port", 0..=u16::MAX);
        Some(Self {
            host: host?,
            port: port?,
        })
    }
}
