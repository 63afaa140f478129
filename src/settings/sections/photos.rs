use crate::settings::loader::Section;

const MIB: usize = 1 << 20;

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

impl PhotosSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let enabled = section.flag("enabled");
        let max_bytes = section.number("max_bytes", 65_536..=32 * MIB);
        let max_pixels = section.number("max_pixels", 1_000_000..=200_000_000);
        let per_fan = section.number("per_fan", 1..=10_000);
        let memory_mib = section.number("memory_mib", 128..=65_536);
        Some(Self {
            enabled: enabled?,
            max_bytes: max_bytes?,
            max_pixels: max_pixels?,
            per_fan: per_fan?,
            memory_mib: memory_mib?,
        })
    }
}
