//! One entry of the IP whitelist.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// An IP address, or a range in CIDR notation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IpRange {
    ip: IpAddr,
    prefix: u32,
}

impl IpRange {
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.ip, ip.to_canonical()) {
            (IpAddr::V4(range), IpAddr::V4(ip)) => same(range.to_bits().into(), ip.to_bits().into(), 32 - self.prefix),
            (IpAddr::V6(range), IpAddr::V6(ip)) => same(range.to_bits(), ip.to_bits(), 128 - self.prefix),
            _ => false,
        }
    }
}

/// Whether two addresses differ at most in their last bits.
fn same(range: u128, ip: u128, last_bits: u32) -> bool {
    (range ^ ip).checked_shr(last_bits).unwrap_or(0) == 0
}

impl TryFrom<String> for IpRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let fault = || format!("{text} is neither an IP address nor a range such as 203.0.113.0/24");
        let (ip, prefix) = text
            .split_once('/')
            .map_or((text.as_str(), None), |(ip, prefix)| (ip, Some(prefix)));
        let ip: IpAddr = ip.parse().map_err(|_| fault())?;
        let most = if ip.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(most), str::parse).map_err(|_| fault())?;
        (prefix <= most).then_some(Self { ip, prefix }).ok_or_else(fault)
    }
}

impl From<IpRange> for String {
    fn from(range: IpRange) -> Self {
        format!("{}/{}", range.ip, range.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_range_whose_first_bits_it_has() {
        for (range, ip, within) in [
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.8", false),
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("0.0.0.0/0", "198.51.100.1", true),
            ("203.0.113.0/24", "::ffff:203.0.113.9", true),
            ("2001:db8::/32", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "203.0.113.7", false),
        ] {
            let range = IpRange::try_from(range.to_owned()).unwrap();
            assert_eq!(range.contains(ip.parse().unwrap()), within, "{range:?} {ip}");
        }
        for text in ["", "host", "1.2.3.4/33", "1.2.3.4:80", "1.2.3.4/x"] {
            assert!(IpRange::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
