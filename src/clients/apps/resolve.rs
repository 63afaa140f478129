use std::{io, net::SocketAddr, rc::Rc};

use futures_util::future::LocalBoxFuture;
use url::{Host, Url};

type LookUp = dyn Fn(String, u16) -> LocalBoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// Turns the name in a URL into addresses.
#[derive(Clone)]
pub struct Resolver(Rc<LookUp>);

impl Default for Resolver {
    /// Asks as the system is set up to.
    fn default() -> Self {
        Self::new(|name, port| {
            Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), port)).await?.collect()) })
        })
    }
}

impl Resolver {
    /// A resolver that asks `look_up` with the name and the port.
    pub fn new(
        look_up: impl Fn(String, u16) -> LocalBoxFuture<'static, io::Result<Vec<SocketAddr>>> + 'static,
    ) -> Self {
        Self(Rc::new(look_up))
    }

    /// The addresses of a URL's host, as one answer has them. A number is its own address.
    ///
    /// # Errors
    /// If the name has none.
    pub(super) async fn addresses(&self, url: &Url) -> io::Result<Vec<SocketAddr>> {
        let nowhere = || io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        let port = url.port_or_known_default().ok_or_else(nowhere)?;
        let addresses = match url.host().ok_or_else(nowhere)? {
            Host::Ipv4(ip) => vec![(ip, port).into()],
            Host::Ipv6(ip) => vec![(ip, port).into()],
            Host::Domain(name) => (self.0)(name.to_owned(), port).await?,
        };
        if addresses.is_empty() {
            Err(nowhere())
        } else {
            Ok(addresses)
        }
    }
}
