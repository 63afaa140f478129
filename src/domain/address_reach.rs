use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far an IP address reaches, for calls to addresses that stand in settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressReach {
    /// The internet.
    Public,
    /// This machine or a network of the operator's own.
    Private,
    /// Nothing that a call may go to: link-local addresses, among them the metadata services of clouds, which hand out
    /// credentials to whoever asks; addresses of groups; reserved ones.
    Never,
}

/// Alibaba Cloud's metadata service stands among the addresses that providers share (RFC 6598), which are private.
const ALIBABA_METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
/// Amazon's metadata service stands among the private addresses (RFC 4193).
const AMAZON_METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254);

impl AddressReach {
    /// The reach of an address. An IPv6 address that stands for an IPv4 address reaches as far as that one.
    pub fn of(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => of_v4(ip),
            IpAddr::V6(ip) => embedded_v4(ip).map_or_else(|| of_v6(ip), of_v4),
        }
    }
}

/// After the registry of special addresses (RFC 6890).
fn of_v4(ip: Ipv4Addr) -> AddressReach {
    let [first, second, third, _] = ip.octets();
    match (first, second, third) {
        _ if ip == ALIBABA_METADATA => AddressReach::Never,
        (169, 254, _) | (0, ..) | (192, 0, 0) | (224.., ..) => AddressReach::Never,
        // Documentation and benchmarks: nobody is there.
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) | (198, 18 | 19, _) => AddressReach::Never,
        (127 | 10, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) => AddressReach::Private,
        _ => AddressReach::Public,
    }
}

fn of_v6(ip: Ipv6Addr) -> AddressReach {
    let [first, second, ..] = ip.segments();
    match first {
        _ if ip.is_loopback() => AddressReach::Private,
        _ if ip == AMAZON_METADATA => AddressReach::Never,
        0xfc00..=0xfdff => AddressReach::Private,
        // The only addresses of the internet are 2000::/3; among them are those of documentation (2001:db8::/32).
        0x2001 if second == 0x0db8 => AddressReach::Never,
        0x2000..=0x3fff => AddressReach::Public,
        _ => AddressReach::Never,
    }
}

/// The IPv4 address that a connection to this IPv6 address may end at: mapped (`::ffff:…`), translated (`64:ff9b::/96`,
/// RFC 6052; `64:ff9b:1::/48`, RFC 8215; `::ffff:0:…`, RFC 2765), compatible (`::…`), 6to4 (`2002::/16`) or Teredo (`2001::/32`).
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        // Its last four bytes are the client's address with every bit turned round.
        [0x2001, 0, _, _, _, _, high, low] => Some(v4(!high, !low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(ip: &str) -> AddressReach {
        AddressReach::of(ip.parse().unwrap())
    }

    #[test]
    fn metadata_services_and_link_local_addresses_are_never_reached_however_they_are_written() {
        for ip in [
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "fd00:ec2::254",
            "fe80::1",
            "::ffff:169.254.169.254",
            "::ffff:100.100.100.200",
            "::169.254.169.254",
            "::ffff:0:a9fe:a9fe",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "2001:0:1:2:3:4:5601:5601",
            "0.0.0.0",
            "::",
            "192.0.0.192",
            "224.0.0.1",
            "255.255.255.255",
            "ff02::1",
            "240.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "2001:db8::1",
            "fec0::1",
            "100::1",
        ] {
            assert_eq!(reach(ip), AddressReach::Never, "{ip}");
        }
    }

    #[test]
    fn an_own_network_is_private_and_the_rest_is_the_internet() {
        for ip in [
            "127.0.0.1",
            "127.8.8.8",
            "::1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.201",
            "fd00::1",
            "fd00:ec2::253",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::c0a8:101",
        ] {
            assert_eq!(reach(ip), AddressReach::Private, "{ip}");
        }
        for ip in [
            "1.1.1.1",
            "172.32.0.1",
            "100.63.0.1",
            "192.169.0.1",
            "2606:4700::1111",
            "2408:8000::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert_eq!(reach(ip), AddressReach::Public, "{ip}");
        }
    }
}
