use std::{collections::BTreeMap, num::NonZeroUsize, time::Duration};

use config::ValueKind;
use url::Url;

use super::sandbox::SandboxSettings;
use crate::{
    domain::routes,
    settings::{
        fault::{RootFileViolation, Violation},
        loader::{Section, string},
        url_rules::{origin, protected_origin},
    },
};

const API_URL: &str = "https://api.weixin.qq.com";
const OPEN_URL: &str = "https://open.weixin.qq.com";

/// Far above the one line that the platform's console hands out.
const LONGEST_FILE: usize = 64 * 1024;

/// `wechat.*`: the platform.
#[derive(Debug, Clone)]
pub struct WeChatSettings {
    /// Base of the server API.
    pub api_url: Url,
    /// Base of the authorize page, as the fan's browser reaches it.
    pub open_url: Url,
    /// One deadline for all platform calls of one request.
    pub timeout: Duration,
    /// The most logins that may wait for the platform at once; further ones get 503.
    pub max_in_flight: NonZeroUsize,
    /// Whether a login outside WeChat's browser gets a page with a QR code instead.
    pub require_app: bool,
    /// Files served at the site's root: name → content.
    pub root_files: BTreeMap<String, String>,
}

impl WeChatSettings {
    /// Both URLs point at `sandbox`, if it runs, unless they are set.
    pub(in crate::settings) fn read(section: Section<'_>, sandbox: Option<&SandboxSettings>) -> Option<Self> {
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

/// The URL under `key`. If it is not set: the sandbox, if it runs, or the platform.
fn base(section: Section<'_>, key: &'static str, sandbox: Option<&SandboxSettings>, platform: &str) -> Option<Url> {
    if section.has(key) {
        return section.text(key, protected_origin);
    }
    let url = sandbox.map_or_else(|| platform.to_owned(), SandboxSettings::origin);
    origin(&url).map_err(|violation| section.fault(key, violation)).ok()
}

/// The content of a file. Its name must be one path segment and hide no route of ours.
fn root_file(name: &str, content: &ValueKind) -> Result<String, Violation> {
    if let ValueKind::Table(_) = content {
        return Err(RootFileViolation::NameNotQuoted.into());
    }
    let content = string(content)?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if name.is_empty() || name.len() > 128 || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(RootFileViolation::Name.into());
    }
    if routes::first_segments().any(|segment| segment == name) {
        return Err(RootFileViolation::HidesPage.into());
    }
    if content.is_empty() || content.len() > LONGEST_FILE {
        let longest = LONGEST_FILE;
        return Err(RootFileViolation::Length { longest }.into());
    }
    Ok(content.to_owned())
}
