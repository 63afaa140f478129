use crate::settings::{fault::Violation, loader::Section};

/// `push.*`: the platform's server push.
#[derive(Debug, Clone)]
pub struct PushSettings {
    /// Whether `/wechat/push` is served.
    pub enabled: bool,
    /// How far a push's timestamp may be from our clock.
    pub max_age_seconds: u32,
    /// Whether a push may be plain although an EncodingAESKey is set.
    pub accept_plain: bool,
}

impl PushSettings {
    /// `has_token`: whether `WECHAT_TOKEN` is set, without which nothing can be believed.
    pub(in crate::settings) fn read(section: Section<'_>, has_token: bool) -> Option<Self> {
        let is_set = section.has("enabled");
        let enabled = if is_set {
            section.flag("enabled")
        } else {
            Some(has_token)
        };
        let max_age_seconds = section.number("max_age_seconds", 30..=3600);
        let accept_plain = section.flag("accept_plain");
        if enabled == Some(true) && !has_token {
            let hint = "set WECHAT_TOKEN, the Token of the console's 消息推送配置, or leave this out";
            section.fault("enabled", Violation::not_accepted("true", hint));
        }
        Some(Self {
            enabled: enabled?,
            max_age_seconds: max_age_seconds?,
            accept_plain: accept_plain?,
        })
    }
}
