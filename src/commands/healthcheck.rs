use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use super::{print, print_error};
use crate::{
    domain::routes::HEALTHZ,
    settings::{OpsSettings, Settings},
};

/// How long connecting, writing and reading may take, each.
const LIMIT: Duration = Duration::from_secs(2);

/// How many bytes of the response are read. Only its first line counts.
const LONGEST: u64 = 4096;

/// Asks the process that runs with these settings whether it is alive. Exit code 0 or 1, for a container's HEALTHCHECK.
pub(super) fn run(settings: &Settings) -> ExitCode {
    let address = address(&settings.ops);
    match ask(address) {
        Ok(status) if status.contains(" 200 ") => {
            // The exit code is the result. It does not matter if the text cannot be written.
            print(&format!("{address} is alive")).ok();
            ExitCode::SUCCESS
        }
        Ok(status) => {
            print_error(&format!("{address} responds {status:?}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            print_error(&format!("{address} does not respond: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// A listener on every interface is reached through loopback.
fn address(ops: &OpsSettings) -> SocketAddr {
    let host = match ops.host {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    SocketAddr::new(host, ops.port)
}

/// The first line of the response.
fn ask(address: SocketAddr) -> io::Result<String> {
    let mut connection = TcpStream::connect_timeout(&address, LIMIT)?;
    connection.set_read_timeout(Some(LIMIT))?;
    connection.set_write_timeout(Some(LIMIT))?;
    write!(
        connection,
        "GET {HEALTHZ} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut response = String::new();
    connection.take(LONGEST).read_to_string(&mut response)?;
    Ok(response.lines().next().unwrap_or_default().to_owned())
}
