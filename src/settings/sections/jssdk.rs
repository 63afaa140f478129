use crate::settings::loader::Section;

/// `jssdk.*`: signatures for WeChat's JS-SDK.
#[derive(Debug, Clone)]
pub struct JsSdkSettings {
    /// Whether pages of this site and of apps get signatures.
    pub enabled: bool,
}

impl JsSdkSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let enabled = section.flag("enabled");
        Some(Self { enabled: enabled? })
    }
}
