use std::{
    net::{IpAddr, SocketAddr, UdpSocket},
    sync::Arc,
};

use crate::domain::AddressReach;

/// The addresses on which this process listens. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct OwnListeners(Arc<[SocketAddr]>);

impl From<Vec<SocketAddr>> for OwnListeners {
    fn from(addresses: Vec<SocketAddr>) -> Self {
        Self(addresses.into())
    }
}

/// Why an address is not called. The text does not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedAddress {
    /// Link-local, a metadata service, reserved.
    #[error("its address is link-local, a metadata service's or reserved, and is never called")]
    Never,
    /// One of this process's listeners.
    #[error("its address is one on which fanpass itself listens")]
    OwnListener,
    /// Of this machine or of an own network, and the target does not say that this is meant.
    #[error("its address is one of this machine or of an own network; write private = true if that is meant")]
    Private,
}

/// Decides which addresses may be called.
#[derive(Debug, Clone, Default)]
pub struct UrlGuard {
    listeners: OwnListeners,
}

impl UrlGuard {
    /// A guard that knows our own `listeners`.
    pub fn new(listeners: OwnListeners) -> Self {
        Self { listeners }
    }

    /// Judges an address. `is_private`: whether the target may be one of this machine or of an own network.
    ///
    /// # Errors
    /// [`RefusedAddress`].
    pub fn judge(&self, address: SocketAddr, is_private: bool) -> Result<(), RefusedAddress> {
        match AddressReach::of(address.ip()) {
            AddressReach::Never => Err(RefusedAddress::Never),
            _ if self.is_own(address) => Err(RefusedAddress::OwnListener),
            AddressReach::Private if !is_private => Err(RefusedAddress::Private),
            AddressReach::Private | AddressReach::Public => Ok(()),
        }
    }

    fn is_own(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        let mut at_port = self.listeners.0.iter().filter(|own| own.port() == address.port());
        at_port.any(|own| {
            let own = own.ip().to_canonical();
            own == ip || (own.is_unspecified() && is_of_this_machine(ip))
        })
    }
}

/// Whether the address belongs to an interface of this machine: only there can a socket be bound to it. Nothing is sent.
fn is_of_this_machine(ip: IpAddr) -> bool {
    ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(listeners: &[&str]) -> UrlGuard {
        let listeners: Vec<SocketAddr> = listeners.iter().map(|address| address.parse().unwrap()).collect();
        UrlGuard::new(listeners.into())
    }

    #[test]
    fn a_private_address_needs_a_word_and_a_metadata_service_is_never_called() {
        let judge = |address: &str, is_private| guard(&[]).judge(address.parse().unwrap(), is_private);
        assert_eq!(judge("10.0.0.7:80", false), Err(RefusedAddress::Private));
        assert_eq!(judge("[::ffff:10.0.0.7]:80", false), Err(RefusedAddress::Private));
        assert_eq!(judge("10.0.0.7:80", true), Ok(()));
        assert_eq!(judge("1.1.1.1:443", false), Ok(()));
        for never in [
            "169.254.169.254:80",
            "100.100.100.200:80",
            "[fd00:ec2::254]:80",
            "[::ffff:169.254.169.254]:80",
        ] {
            assert_eq!(judge(never, true), Err(RefusedAddress::Never), "{never}");
        }
    }

    #[test]
    fn our_own_listeners_are_never_called_by_whatever_address() {
        let judge = |listener: &str, address: &str| guard(&[listener]).judge(address.parse().unwrap(), true);
        for own in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "[::ffff:127.0.0.1]:8080",
            "127.9.9.9:8080",
        ] {
            assert_eq!(judge("0.0.0.0:8080", own), Err(RefusedAddress::OwnListener), "{own}");
        }
        assert_eq!(
            judge("127.0.0.1:9090", "127.0.0.1:9090"),
            Err(RefusedAddress::OwnListener)
        );
        assert_eq!(
            judge("127.0.0.1:9090", "[::ffff:127.0.0.1]:9090"),
            Err(RefusedAddress::OwnListener)
        );
        assert_eq!(judge("127.0.0.1:9090", "127.0.0.1:9091"), Ok(()));
        // Another machine may use the same port.
        assert_eq!(judge("0.0.0.0:8080", "10.255.255.254:8080"), Ok(()));
    }
}
