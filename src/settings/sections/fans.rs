use crate::settings::loader::Section;

/// `fans.*`: how fans are kept.
#[derive(Debug, Clone)]
pub struct FansSettings {
    /// A profile older than this many days is fetched again in the background of a silent login; 0: at every one.
    pub refresh_after_days: u32,
}

impl FansSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let refresh_after_days = section.number("refresh_after_days", 0..=3650);
        Some(Self {
            refresh_after_days: refresh_after_days?,
        })
    }
}
