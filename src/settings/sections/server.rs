use std::{net::IpAddr, num::NonZeroUsize, thread, time::Duration};

use ipnet::IpNet;
use url::Url;

use crate::settings::{
    Environment,
    fault::Violation,
    loader::Section,
    url_rules::{is_loopback, listening_ip, origin, protected_origin},
};

/// `server.*`: the public listener.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// IP to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Our own origin as fans reach it. The `Host` of a request is never used.
    pub public_url: Url,
    /// Worker threads. By default the number of cores.
    pub workers: NonZeroUsize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long the process may take to end after a SIGTERM, requests in flight included.
    pub shutdown_timeout: Duration,
}

impl ServerSettings {
    /// Whether the public URL leads to more than this machine.
    pub fn is_public(&self) -> bool {
        !is_loopback(&self.public_url)
    }

    pub(in crate::settings) fn read(section: Section<'_>, environment: Environment) -> Option<Self> {
        let host = section.text("host", listening_ip);
        let port = section.number("port", 0..=u16::MAX);
        let public_url = public_url(section, port, environment);
        let workers = workers(section);
        let trusted_proxies = section.list("trusted_proxies", network);
        let shutdown_timeout = section.number("shutdown_timeout", 0..=600_u32);
        Some(Self {
            host: host?,
            port: port?,
            public_url: public_url?,
            workers: workers?,
            trusted_proxies: trusted_proxies?,
            shutdown_timeout: Duration::from_secs(shutdown_timeout?.into()),
        })
    }
}

/// By default the URL that a browser on this machine opens.
fn public_url(section: Section<'_>, port: Option<u16>, environment: Environment) -> Option<Url> {
    let parse = match environment {
        Environment::Production => protected_origin,
        Environment::Development | Environment::Test => origin,
    };
    if section.has("public_url") {
        section.text("public_url", parse)
    } else {
        parse(&format!("http://localhost:{}", port?)).ok()
    }
}

/// By default the number of cores.
fn workers(section: Section<'_>) -> Option<NonZeroUsize> {
    if section.has("workers") {
        NonZeroUsize::new(section.number("workers", 1..=1024)?)
    } else {
        Some(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

/// A network, or one IP as a network of its own.
fn network(text: &str) -> Result<IpNet, Violation> {
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    let hint = "write an IP or a network, as in `10.0.0.0/8`";
    text.parse()
        .or_else(|_| single())
        .map_err(|_| Violation::not_accepted(text, hint))
}
