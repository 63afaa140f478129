use crate::settings::loader::Section;

/// `login.*`: logins by web authorization.
#[derive(Debug, Clone)]
pub struct LoginSettings {
    /// Whether fans can sign in. An account without the right to web authorization still serves everything else.
    pub enabled: bool,
}

impl LoginSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let enabled = section.flag("enabled");
        Some(Self { enabled: enabled? })
    }
}
