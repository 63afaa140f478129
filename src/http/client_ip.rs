//! The IP address that a request comes from.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{HttpRequest, http::header::HeaderMap, web};
use ipnet::IpNet;

/// The proxies whose `X-Forwarded-For` is trusted.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// `networks` as in `server.trusted_proxies`.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// The visitor's IP: the peer or, behind trusted proxies, the right-most hop of `X-Forwarded-For` that is not one of
    /// them. What a visitor wrote into that header is further left and is ignored.
    pub fn client_ip(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut ip = peer.to_canonical();
        let lines = headers.get_all("x-forwarded-for").map(|line| line.as_bytes());
        // Split as bytes, so that a visitor's invalid text does not make a proxy's hop unreadable.
        let hops: Vec<&[u8]> = lines.flat_map(|line| line.split(|byte| *byte == b',')).collect();
        for hop in hops.into_iter().rev() {
            if !self.trusts(ip) {
                break;
            }
            match parse_hop(hop) {
                Some(hop) => ip = hop,
                None => break,
            }
        }
        ip
    }

    fn trusts(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&ip))
    }
}

/// Whether this IP cannot be a fan's, because it belongs to this machine or to a private network.
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local() || is_shared(v4),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// 100.64.0.0/10 (RFC 6598). The load balancers of some clouds also send requests from here.
const fn is_shared(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    first == 100 && second & 0xc0 == 64
}

/// The IP that a request comes from. None if the listener is no TCP socket.
pub fn client_ip(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let proxies = request.app_data::<web::Data<TrustedProxies>>();
    Some(match proxies {
        Some(proxies) => proxies.client_ip(peer, request.headers()),
        None => peer.to_canonical(),
    })
}

/// An IP, perhaps with a port or in the brackets of IPv6.
fn parse_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']'));
    let plain = bare.unwrap_or(hop).parse::<IpAddr>().ok();
    let with_port = || hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip());
    plain.or_else(with_port).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let lines: Vec<&[u8]> = forwarded.iter().map(|line| line.as_bytes()).collect();
        client_of_bytes(peer, &lines)
    }

    fn client_of_bytes(peer: &str, forwarded: &[&[u8]]) -> String {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "127.0.0.1/32".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(
                HeaderName::from_static("x-forwarded-for"),
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        proxies.client_ip(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_private_ip_is_distinguished_from_a_fans() {
        let private = |text: &str| is_private(text.parse().unwrap());
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.18.0.1",
            "192.168.1.1",
            "169.254.0.9",
            "100.64.0.1",
            "100.127.9.9",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(private(ip), "{ip}");
        }
        for ip in ["203.0.113.9", "100.63.0.1", "100.128.0.1", "172.32.0.1", "2001:db8::1"] {
            assert!(!private(ip), "{ip}");
        }
    }

    #[test]
    fn only_trusted_proxies_count() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            client("10.0.0.1", &["192.0.2.66, 198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(client("10.0.0.1", &["192.0.2.66", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["nonsense, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client("127.0.0.1", &["198.51.100.1:5000"]), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]:5000"]), "2001:db8::1");
    }

    #[test]
    fn invalid_bytes_of_a_visitor_do_not_hide_the_proxys_hop() {
        assert_eq!(client_of_bytes("10.0.0.1", &[b"\xff, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(client_of_bytes("10.0.0.1", &[b"\xff", b"198.51.100.1"]), "198.51.100.1");
        assert_eq!(client_of_bytes("10.0.0.1", &[b"198.51.100.1, \xff"]), "10.0.0.1");
    }
}
