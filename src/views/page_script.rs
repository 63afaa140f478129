use sha2::{Digest, Sha256};
use url::Url;

use super::{Asset, Assets, ViewError};
use crate::domain::routes::STATIC_PREFIX;

/// The script for pages, and its types.
const SCRIPT: &str = "fanpass.js";
const TYPES: &str = "fanpass.d.ts";

/// Where the platform's authorize page is. A stand-in for the platform has its own JS-SDK file.
const PLATFORM_HOST: &str = "open.weixin.qq.com";
/// The hosts of the JS-SDK file: the second is for when the first fails (JS-SDK, 引入JS文件).
const SDK_HOSTS: [&str; 2] = ["https://res.wx.qq.com", "https://res2.wx.qq.com"];
const SDK_PATH: &str = "/open/js/jweixin-1.6.0.js";

/// A file at an address that stays: browsers ask whether it changed.
#[derive(Debug, Clone)]
pub struct StableFile {
    /// The content.
    pub asset: Asset,
    /// Changes with the content.
    pub etag: String,
}

impl StableFile {
    fn new(asset: Asset) -> Self {
        let digest: String = hex::encode(Sha256::digest(&asset.bytes)).chars().take(16).collect();
        Self { asset, etag: digest }
    }
}

/// The script that signs and uses WeChat's JS-SDK, for our pages and those of apps.
#[derive(Debug, Clone)]
pub struct PageScript {
    /// `/static/fanpass.js`.
    pub script: StableFile,
    /// `/static/fanpass.d.ts`.
    pub types: StableFile,
}

impl PageScript {
    /// The script for the platform at `open_url`: a stand-in there has its own JS-SDK file.
    ///
    /// # Errors
    /// If a file is missing.
    pub fn new(open_url: &Url) -> Result<Self, ViewError> {
        let mut script = asset(SCRIPT)?;
        if open_url.host_str() != Some(PLATFORM_HOST) {
            let origin = open_url.origin().ascii_serialization();
            let mut text = String::from_utf8_lossy(&script.bytes).into_owned();
            for host in SDK_HOSTS {
                text = text.replace(host, &origin);
            }
            script.bytes = text.into_bytes().into();
            script.gzip = None;
        }
        Ok(Self {
            script: StableFile::new(script),
            types: StableFile::new(asset(TYPES)?),
        })
    }
}

/// Where the JS-SDK file comes from, for `Content-Security-Policy`: each source with a space before it. Of the platform's hosts
/// only that file: they have others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkOrigins {
    /// Scripts.
    pub scripts: String,
    /// What the scripts call: the platform's asks the app, a stand-in its server.
    pub calls: String,
}

impl SdkOrigins {
    /// The origins for the platform at `open_url`.
    pub fn new(open_url: &Url) -> Self {
        if open_url.host_str() == Some(PLATFORM_HOST) {
            let [first, second] = SDK_HOSTS;
            return Self {
                scripts: format!(" {first}{SDK_PATH} {second}{SDK_PATH}"),
                calls: String::new(),
            };
        }
        let stand_in = format!(" {}", open_url.origin().ascii_serialization());
        Self {
            scripts: stand_in.clone(),
            calls: stand_in,
        }
    }
}

fn asset(name: &'static str) -> Result<Asset, ViewError> {
    let url = Assets::url(name).and_then(|url| url.strip_prefix(STATIC_PREFIX));
    url.and_then(Assets::find).ok_or(ViewError::Missing(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(open_url: &str) -> String {
        let script = PageScript::new(&Url::parse(open_url).unwrap()).unwrap().script;
        String::from_utf8(script.asset.bytes.into_owned()).unwrap()
    }

    #[test]
    fn the_sdk_file_is_the_platform_s_or_that_of_its_stand_in() {
        let real = script("https://open.weixin.qq.com");
        for host in SDK_HOSTS {
            assert!(real.contains(&format!("'{host}{SDK_PATH}'")), "{host}");
        }
        let stand_in = script("http://localhost:8081");
        assert!(stand_in.contains("'http://localhost:8081/open/js/jweixin-1.6.0.js'"));
        assert!(!stand_in.contains("wx.qq.com"));
    }
}
