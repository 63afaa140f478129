use std::{net::IpAddr, num::NonZeroUsize, time::Duration};

use ipnet::IpNet;
use url::Url;

/// `server.*`: the public listener.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// The only source of our own address: an http(s) origin, with no path, query or fragment.
    pub public_url: Url,
    /// Worker threads; the number of cores unless set.
    pub workers: NonZeroUsize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long requests in flight may take to finish after a SIGTERM.
    pub shutdown_timeout: Duration,
}
