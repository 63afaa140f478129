use std::{fmt, net::IpAddr};

/// A proxy in front of fanpass that `server.trusted_proxies` does not name. All fans seem to come from its IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnnamedProxy {
    /// Production is behind a proxy, and the settings name none.
    NoneNamed {
        /// Whether there is a limit per IP. Then all fans share it.
        has_limit: bool,
    },
    /// An IP that may be a proxy's is over the limit.
    OverLimit {
        /// The IP if it is a private one, which no fan has.
        private_ip: Option<IpAddr>,
    },
}

impl fmt::Display for UnnamedProxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneNamed { has_limit } => {
                let limit = if *has_limit {
                    ", share its limits.per_address_per_minute and in a busy minute get 429 together,"
                } else {
                    ","
                };
                write!(
                    formatter,
                    "server.trusted_proxies is empty: all fans seem to come from the address of your proxy{limit} and the audit \
                     trail names no fan's address. Name the networks of your proxy there, as in \
                     FANPASS__SERVER__TRUSTED_PROXIES=10.0.0.0/8, and have it send X-Forwarded-For"
                )
            }
            Self::OverLimit { private_ip: Some(ip) } => write!(
                formatter,
                "{ip} makes too many requests and gets 429. It is not the address of a fan, but most likely of your proxy, so \
                 that all fans are counted as one: name it in server.trusted_proxies, and have it send X-Forwarded-For"
            ),
            Self::OverLimit { private_ip: None } => formatter.write_str(
                "an address makes too many requests and gets 429 (the audit trail names it). If it is that of a proxy of \
                 yours, all fans behind it are counted as one: name it in server.trusted_proxies, and have it send \
                 X-Forwarded-For",
            ),
        }
    }
}
