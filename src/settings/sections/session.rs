use crate::settings::loader::Section;

/// `session.*`: how long a sign-in lasts.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Seconds from the sign-in, checked on the server.
    pub ttl_seconds: u32,
}

impl SessionSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let ttl_seconds = section.number("ttl_seconds", 60..=2_592_000);
        Some(Self {
            ttl_seconds: ttl_seconds?,
        })
    }
}
