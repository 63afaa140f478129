use crate::settings::{fault::Violation, loader::Section};

const MIB: usize = 1 << 20;

/// A picture of 256 MiB when decoded, and what scaling takes, must fit into two thirds; nine files, but for the first 8 MiB, into
/// a sixth.
const MIN_MEMORY_MIB: u32 = 512;
const MAX_FILES: usize = 9;
const FIRST_BYTES: usize = 8 * MIB;

/// `photos.*`: the photos that fans put on the site.
#[derive(Debug, Clone)]
pub struct PhotosSettings {
    /// Whether fans may have photos.
    pub enabled: bool,
    /// Bytes of one uploaded file.
    pub max_bytes: usize,
    /// Pixels of one uploaded picture.
    pub max_pixels: u64,
    /// Photos of one fan.
    pub per_fan: u32,
    /// MiB that uploads and the decoding of pictures take in this process.
    pub memory_mib: u32,
}

/// For one upload of nine files with so many bytes each.
fn least_memory_mib(max_bytes: usize) -> u32 {
    let bytes = max_bytes.saturating_mul(MAX_FILES).saturating_sub(FIRST_BYTES);
    let mib = bytes.div_ceil(MIB).saturating_mul(6);
    u32::try_from(mib).unwrap_or(u32::MAX)
}

impl PhotosSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let enabled = section.flag("enabled");
        let max_bytes = section.number("max_bytes", 65_536..=32 * MIB);
        let max_pixels = section.number("max_pixels", 1_000_000..=200_000_000);
        let per_fan = section.number("per_fan", 1..=10_000);
        let memory_mib = section.number("memory_mib", MIN_MEMORY_MIB..=65_536);
        if let (Some(max_bytes), Some(memory_mib)) = (max_bytes, memory_mib)
            && memory_mib < least_memory_mib(max_bytes)
        {
            let hint = format!(
                "nine files of photos.max_bytes need {} at least; raise it, or lower photos.max_bytes",
                least_memory_mib(max_bytes)
            );
            section.fault("memory_mib", Violation::not_accepted(&memory_mib.to_string(), hint));
        }
        Some(Self {
            enabled: enabled?,
            max_bytes: max_bytes?,
            max_pixels: max_pixels?,
            per_fan: per_fan?,
            memory_mib: memory_mib?,
        })
    }
}
