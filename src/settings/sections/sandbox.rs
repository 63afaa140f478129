use std::net::{IpAddr, Ipv4Addr};

use crate::settings::{loader::Section, url_rules::listening_ip};

/// `sandbox.*`: the stand-in platform.
#[derive(Debug, Clone)]
pub struct SandboxSettings {
    /// Whether `fanpass serve` starts it and talks to it.
    pub enabled: bool,
    /// IP to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
}

impl SandboxSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let enabled = section.flag("enabled");
        let host = section.text("host", listening_ip);
        let port = section.number("port", 0..=u16::MAX);
        Some(Self {
            enabled: enabled?,
            host: host?,
            port: port?,
        })
    }

    /// Its origin, as a browser on this machine writes it.
    pub(in crate::settings) fn origin(&self) -> String {
        let port = self.port;
        match self.host {
            IpAddr::V4(Ipv4Addr::LOCALHOST) => format!("http://localhost:{port}"),
            host if host.is_unspecified() => format!("http://localhost:{port}"),
            IpAddr::V4(host) => format!("http://{host}:{port}"),
            IpAddr::V6(host) => format!("http://[{host}]:{port}"),
        }
    }
}
