use crate::settings::loader::Section;

/// `limits.*`: limits per client IP.
#[derive(Debug, Clone)]
pub struct LimitsSettings {
    /// Requests to the login routes from one IP in one minute; 0: no limit.
    pub per_address_per_minute: u32,
}

impl LimitsSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let per_address_per_minute = section.number("per_address_per_minute", 0..=1_000_000);
        Some(Self {
            per_address_per_minute: per_address_per_minute?,
        })
    }
}
