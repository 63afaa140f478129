use crate::settings::loader::Section;

/// `audit.*`: the audit log in the database.
#[derive(Debug, Clone)]
pub struct AuditSettings {
    /// Rows older than this many days are purged.
    pub keep_days: u16,
}

impl AuditSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        // A month at least: a mistyped number must not erase the trail of what was done yesterday.
        let keep_days = section.number("keep_days", 30..=3650);
        Some(Self { keep_days: keep_days? })
    }
}
