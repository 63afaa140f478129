use std::{cell::RefCell, collections::HashMap, io, net::SocketAddr, rc::Rc, sync::Arc};

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use url::{Host, Url};

type LookUp = dyn Fn(String, u16) -> LocalBoxFuture<'static, io::Result<Vec<SocketAddr>>>;

type UnderWay = Shared<LocalBoxFuture<'static, Result<Vec<SocketAddr>, Arc<io::Error>>>>;

/// Turns the name in a URL into addresses. Clones share what is under way.
///
/// The system's look-up holds a thread until its name server answers, also when the caller's deadline has passed. So there is
/// one look-up of a name at a time, and whoever asks meanwhile gets its outcome.
#[derive(Clone)]
pub struct Resolver {
    look_up: Rc<LookUp>,
    under_way: Rc<RefCell<HashMap<(String, u16), UnderWay>>>,
}

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
        Self {
            look_up: Rc::new(look_up),
            under_way: Rc::default(),
        }
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
            Host::Domain(name) => self.ask(name.to_owned(), port).await?,
        };
        if addresses.is_empty() {
            Err(nowhere())
        } else {
            Ok(addresses)
        }
    }
    async fn ask(&self, name: String, port: u16) -> io::Result<Vec<SocketAddr>> {
        let key = (name, port);
        let begin = || (self.look_up)(key.0.clone(), port).map(|found| found.map_err(Arc::new));
        let answer = {
            let mut under_way = self.under_way.borrow_mut();
            under_way
                .entry(key.clone())
                .or_insert_with(|| begin().boxed_local().shared())
                .clone()
        };
        let found = answer.clone().await;
        // Only the one that has ended: another may have begun meanwhile.
        self.under_way
            .borrow_mut()
            .retain(|other, look_up| *other != key || !look_up.ptr_eq(&answer));
        found.map_err(|error| io::Error::new(error.kind(), error))
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_name_server_that_hangs_is_asked_once_and_not_again_for_each_caller() {
        let asked = Rc::new(Cell::new(0));
        let (release, hangs) = tokio::sync::watch::channel(());
        let count = Rc::clone(&asked);
        let resolver = Resolver::new(move |_, port| {
            count.set(count.get() + 1);
            let mut hangs = hangs.clone();
            Box::pin(async move {
                hangs.changed().await.ok();
                Ok(vec![([127, 0, 0, 1], port).into()])
            })
        });
        let url = Url::parse("https://app.example/").unwrap();
        for _ in 0..3 {
            let deadline = Duration::from_millis(5);
            assert!(tokio::time::timeout(deadline, resolver.addresses(&url)).await.is_err());
        }
        assert_eq!(asked.get(), 1);
        release.send(()).unwrap();
        let found = resolver.addresses(&url).await.unwrap();
        assert_eq!((found, asked.get()), (vec![([127, 0, 0, 1], 443).into()], 1));
        drop(release);
        resolver.addresses(&url).await.unwrap();
        assert_eq!(asked.get(), 2, "an answer is used once");
    }
}
