use std::{collections::BTreeMap, num::NonZeroUsize, time::Duration};

use config::ValueKind;
use url::Url;

use super::{
    SandboxSettings, address,
    fault::Wrong,
    section::{self, Section},
};

const API_URL: &str = "https://api.weixin.qq.com";
const OPEN_URL: &str = "https://open.weixin.qq.com";

/// First segments of our own routes, which a root file would hide.
const ROUTES: [&str; 8] = [
    "api",
    "login",
    "logout",
    "register",
    "signed-out",
    "static",
    "wechat",
    "welcome",
];

/// Far above the one line that the platform's console hands out.
const LONGEST_FILE: usize = 64 * 1024;

/// `wechat.*`: the platform.
#[derive(Debug, Clone)]
pub struct WeChatSettings {
    /// Base of the server API.
    pub api_url: Url,
    /// Base of the authorize page, as the fan's browser reaches it.
    pub open_url: Url,
    /// One deadline for all platform work of one request (`wechat.timeout_ms`).
    pub timeout: Duration,
    /// Logins that may be with the platform at once; further ones are told to come back.
    pub max_in_flight: NonZeroUsize,
    /// Whether a login outside WeChat's browser is answered with a QR code instead.
    pub require_app: bool,
    /// File name → content, served at the site's root.
    pub root_files: BTreeMap<String, String>,
}

impl WeChatSettings {
    /// `sandbox` where it runs: both addresses point at it unless they are set.
    pub(super) fn read(section: Section<'_>, sandbox: Option<&SandboxSettings>) -> Option<Self> {
        let api_url = base(section, "api_url", sandbox, API_URL);
        let open_url = base(section, "open_url", sandbox, OPEN_URL);
        let timeout_ms = section.number("timeout_ms", 500..=30_000_u32);
        let max_in_flight = section.number("max_in_flight", 1..=10_000);
        let require_app = section.flag("require_app");
        let root_files = section.entries("root_files", root_file);
        Some(Self {
            api_url: api_url?,
            open_url: open_url?,
            timeout: Duration::from_millis(timeout_ms?.into()),
            max_in_flight: NonZeroUsize::new(max_in_flight?)?,
            require_app: require_app?,
            root_files: root_files?.into_iter().collect(),
        })
    }
}

fn base(section: Section<'_>, key: &str, sandbox: Option<&SandboxSettings>, platform: &str) -> Option<Url> {
    if section.has(key) {
        return section.text(key, address::protected_origin);
    }
    let origin = sandbox.map_or_else(|| platform.to_owned(), SandboxSettings::origin);
    address::origin(&origin).map_err(|wrong| section.fault(key, wrong)).ok()
}

/// The content of a file whose name is one harmless path segment.
fn root_file(name: &str, content: &ValueKind) -> Result<String, Wrong> {
    if let ValueKind::Table(_) = content {
        let remedy = "put the whole file name in quotes: a dot outside quotes begins a new table";
        return Err(Wrong::new("is not a string", remedy));
    }
    let content = section::string(content)?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if name.is_empty() || name.len() > 128 || name.starts_with('.') || !name.chars().all(is_plain) {
        let remedy = "name it with 1 to 128 ASCII letters, digits, `.`, `_` or `-`, and no dot in front";
        return Err(Wrong::new("cannot be a file at the root", remedy));
    }
    if ROUTES.contains(&name) {
        return Err(Wrong::new("would hide a page of this application", "use another name"));
    }
    if content.is_empty() || content.len() > LONGEST_FILE {
        let remedy = format!("give the content of the file, at most {LONGEST_FILE} bytes");
        return Err(Wrong::new("is empty or too long", remedy));
    }
    Ok(content.to_owned())
}
