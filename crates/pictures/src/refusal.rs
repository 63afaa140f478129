use thiserror::Error;

/// Why a file does not become a picture. It holds nothing of the file but its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// None of the kinds that are read.
    #[error("the file is no JPEG, PNG, WebP or GIF picture")]
    NotAPicture,
    /// What iPhones keep photos as.
    #[error("the file is an HEIC picture")]
    Heic,
    /// AV1 in the same container.
    #[error("the file is an AVIF picture")]
    Avif,
    /// More than [`Limits::max_pixels`](crate::Limits::max_pixels).
    #[error("the picture has {pixels} pixels, and at most {max} are read")]
    TooManyPixels {
        /// As the file declares them.
        pixels: u64,
        /// The limit.
        max: u64,
    },
    /// More than [`Limits::max_decoded_bytes`](crate::Limits::max_decoded_bytes).
    #[error("the picture takes too much memory when it is decoded")]
    TooLargeDecoded,
    /// Damaged, cut off, or of a rare kind that is not decoded.
    #[error("the picture is damaged, or of a kind that cannot be read")]
    Broken,
}
