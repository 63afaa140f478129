use std::net::IpAddr;

/// The network of one client, for limits and counts per client: an IPv6 subscriber has a whole /64.
pub fn client_network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_of_ipv6_is_a_64() {
        let whose = |text: &str| client_network(text.parse().unwrap()).to_string();
        assert_eq!(whose("2001:db8::ffff:1"), "2001:db8::");
        assert_eq!(whose("2001:db8:0:1::1"), "2001:db8:0:1::");
        assert_eq!(whose("192.0.2.1"), "192.0.2.1");
    }
}
