//! Hosts and ports in a `REDIS_URL`.

use url::Host;

use super::error::RedisUrlError;

/// Hosts separated by commas, each with its port or `default_port`.
pub(super) fn parse(text: &str, default_port: u16) -> Result<Vec<(String, u16)>, RedisUrlError> {
    text.split(',').map(|host| parse_one(host, default_port)).collect()
}

fn parse_one(text: &str, default_port: u16) -> Result<(String, u16), RedisUrlError> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    if host.is_empty() {
        return Err(RedisUrlError::NoHost);
    }
    let host = match Host::parse(host) {
        Ok(Host::Ipv6(ip)) => ip.to_string(),
        Ok(host) => host.to_string(),
        Err(_) => return Err(RedisUrlError::Host),
    };
    let port = port.map_or(Ok(default_port), str::parse);
    let port = port.ok().filter(|port| *port != 0).ok_or(RedisUrlError::Port)?;
    Ok((host, port))
}
