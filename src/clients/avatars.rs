//! Fetches avatars from the platform's hosts, and from nowhere else: the address comes in a response of the platform's, and a
//! request that follows it must not lead into the operator's network.

use bytes::Bytes;
use url::{Host, Url};

use super::apps::{AppCallError, AppsClient};
use crate::domain::Deadline;

/// Bytes of a picture that are read. The platform's largest have 640 pixels a side, and far less than this.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Redirects that are followed, from one of the platform's hosts to another.
const MAX_REDIRECTS: usize = 2;

/// The end of the names of the platform's hosts for pictures: `thirdwx.qlogo.cn`, `wx.qlogo.cn`.
const PICTURE_HOSTS: &str = ".qlogo.cn";
/// What the last segment of an avatar's path may be, the side in pixels (网页授权, step 4). 0 is the largest: 640.
const SIDES: [&str; 4] = ["46", "64", "96", "132"];

/// Fetches avatars from one thread (awc's client cannot leave its thread). Clones share it.
#[derive(Clone)]
pub struct AvatarClient {
    client: AppsClient,
    /// A sandbox serves its fans' avatars itself.
    platform: Vec<Url>,
}

/// Why there is no picture. No variant holds the URL, by which anybody finds the fan's picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AvatarFetchError {
    /// The URL, or a redirect, leads to another host than the platform's.
    #[error("its address is not one of the platform's")]
    ForeignHost,
    /// An answer without a picture.
    #[error("the platform's server answers with status {0}")]
    Status(u16),
    /// More redirects than are followed.
    #[error("the platform's server redirects again and again")]
    Redirects,
    /// No answer, or not to its end.
    #[error("the platform's server: {0}")]
    Call(#[from] AppCallError),
}

impl AvatarFetchError {
    /// Whether another try may succeed.
    pub const fn is_temporary(&self) -> bool {
        match self {
            Self::ForeignHost | Self::Redirects | Self::Call(AppCallError::Refused(_) | AppCallError::TooLong) => false,
            Self::Status(status) => matches!(status, 408 | 429 | 500..),
            Self::Call(_) => true,
        }
    }
}

impl AvatarClient {
    /// A client for the account whose platform has these URLs. Only a sandbox's pictures are fetched from them, so beside the
    /// platform's own API they allow nothing.
    pub fn new(client: AppsClient, api_url: &Url, open_url: &Url) -> Self {
        let mut platform = vec![api_url.clone()];
        if is_loopback(api_url) {
            platform.push(open_url.clone());
        }
        Self { client, platform }
    }

    /// The picture at an avatar's URL in its largest size, or in the one of the URL where there is no larger.
    ///
    /// # Errors
    /// [`AvatarFetchError`].
    pub async fn fetch(&self, url: &Url, deadline: Deadline) -> Result<Bytes, AvatarFetchError> {
        match largest(url) {
            None => self.follow(url.clone(), deadline).await,
            Some(larger) => match self.follow(larger, deadline).await {
                Err(error @ AvatarFetchError::Status(_)) if !error.is_temporary() => {
                    self.follow(url.clone(), deadline).await
                }
                fetched => fetched,
            },
        }
    }

    async fn follow(&self, mut url: Url, deadline: Deadline) -> Result<Bytes, AvatarFetchError> {
        for _ in 0..=MAX_REDIRECTS {
            let is_private = self.allows(&url).ok_or(AvatarFetchError::ForeignHost)?;
            let response = self.client.get(&url, is_private, deadline).await?;
            match response.status() {
                200 => return Ok(response.read_up_to(MAX_BYTES, deadline).await?),
                301 | 302 | 303 | 307 | 308 => {
                    let next = response.location().and_then(|location| url.join(location).ok());
                    url = next.ok_or(AvatarFetchError::Redirects)?;
                }
                status => return Err(AvatarFetchError::Status(status)),
            }
        }
        Err(AvatarFetchError::Redirects)
    }

    /// Whether a URL is one of the platform's; then, whether it may lead to an address of an own network.
    fn allows(&self, url: &Url) -> Option<bool> {
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        if self.platform.iter().any(|platform| is_same_server(platform, url)) {
            return Some(true);
        }
        let is_picture_host = url.host_str().is_some_and(|host| host.ends_with(PICTURE_HOSTS));
        (is_picture_host && url.scheme() == "https" && url.port().is_none()).then_some(false)
    }
}

/// A loopback address has several names.
fn is_same_server(platform: &Url, url: &Url) -> bool {
    let is_same_host = platform.host() == url.host() || (is_loopback(platform) && is_loopback(url));
    let is_same_port = platform.port_or_known_default() == url.port_or_known_default();
    is_same_host && is_same_port && platform.scheme() == url.scheme()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn largest(url: &Url) -> Option<Url> {
    let mut segments: Vec<&str> = url.path_segments()?.collect();
    let side = segments.last_mut().filter(|side| SIDES.contains(side))?;
    *side = "0";
    let mut larger = url.clone();
    larger.set_path(&segments.join("/"));
    Some(larger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        apps::{OwnListeners, Resolver},
        wechat::TlsConfig,
    };

    fn client(api_url: &str, open_url: &str) -> AvatarClient {
        let tls = TlsConfig::with_mozilla_roots().unwrap();
        let apps = AppsClient::new(&tls, OwnListeners::default(), Resolver::default());
        AvatarClient::new(apps, &Url::parse(api_url).unwrap(), &Url::parse(open_url).unwrap())
    }

    fn allows(api_url: &str, url: &str) -> Option<bool> {
        client(api_url, "http://localhost:8081/").allows(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_the_platforms_hosts_are_asked_and_a_sandbox() {
        let platform = "https://api.weixin.qq.com/";
        for url in [
            "https://thirdwx.qlogo.cn/mmopen/vi_32/a/132",
            "https://wx.qlogo.cn/mmopen/a/0",
        ] {
            assert_eq!(allows(platform, url), Some(false), "{url}");
        }
        for url in [
            "http://thirdwx.qlogo.cn/a/132",
            "https://qlogo.cn/a",
            "https://evilqlogo.cn/a",
            "https://thirdwx.qlogo.cn.evil.example/a",
            "https://thirdwx.qlogo.cn:8443/a",
            "https://user@thirdwx.qlogo.cn/a",
            "https://evil.example/thirdwx.qlogo.cn/a",
            "http://localhost:8081/mmopen/vi_32/a/132",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
        ] {
            assert_eq!(allows(platform, url), None, "{url}");
        }
        let sandbox = "http://127.0.0.1:8081/";
        assert_eq!(allows(sandbox, "http://127.0.0.1:8081/mmopen/vi_32/a/132"), Some(true));
        assert_eq!(allows(sandbox, "http://localhost:8081/mmopen/vi_32/a/132"), Some(true));
        assert_eq!(allows(sandbox, "http://127.0.0.1:8082/mmopen/vi_32/a/132"), None);
    }

    #[test]
    fn the_largest_size_is_asked_for() {
        let larger = |url: &str| largest(&Url::parse(url).unwrap()).map(String::from);
        assert_eq!(
            larger("https://thirdwx.qlogo.cn/mmopen/vi_32/a/132").as_deref(),
            Some("https://thirdwx.qlogo.cn/mmopen/vi_32/a/0")
        );
        assert_eq!(larger("https://thirdwx.qlogo.cn/mmopen/vi_32/a/0"), None);
        assert_eq!(larger("https://thirdwx.qlogo.cn/a/133"), None);
    }

    #[test]
    fn a_picture_that_is_gone_is_not_asked_for_again() {
        assert!(!AvatarFetchError::Status(404).is_temporary());
        assert!(!AvatarFetchError::Call(AppCallError::TooLong).is_temporary());
        assert!(AvatarFetchError::Status(503).is_temporary());
        assert!(AvatarFetchError::Call(AppCallError::Late).is_temporary());
    }
}
