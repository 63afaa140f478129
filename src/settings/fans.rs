/// `fans.*`: how fans are kept.
#[derive(Debug, Clone)]
pub struct FansSettings {
    /// A profile older than this many days is fetched again in the background of a silent login; 0: at every one.
    pub refresh_after_days: u32,
}
