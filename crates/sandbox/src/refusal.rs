//! Why the platform does not do what it was asked.

use std::net::IpAddr;

use crate::errcode;

/// An errcode with its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub errcode: i64,
    pub message: String,
}

impl Refusal {
    /// 40164 in the platform's own words.
    pub fn of_ip(ip: IpAddr) -> Self {
        let ipv6 = match ip {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        Self {
            errcode: 40164,
            message: format!("invalid ip {ip} ipv6 {}, not in whitelist", show(ipv6)),
        }
    }
}

fn show(ip: std::net::Ipv6Addr) -> String {
    ip.to_ipv4_mapped()
        .map_or_else(|| ip.to_string(), |ip| format!("::ffff:{ip}"))
}

impl From<i64> for Refusal {
    fn from(errcode: i64) -> Self {
        Self {
            errcode,
            message: errcode::message(errcode).to_owned(),
        }
    }
}
