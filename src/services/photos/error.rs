use fanpass_pictures::Refusal;

use crate::{
    repositories::RepositoryError,
    services::{ServiceError, picture_pool::PoolError},
    storage::StorageError,
    telemetry::photos::PhotoOutcome,
};

/// Why a photo was not saved, shown or removed.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// The file is larger than `photos.max_bytes`.
    #[error("the file has more than {max} bytes")]
    TooManyBytes {
        /// The limit.
        max: usize,
    },
    /// It is no JPEG, PNG, WebP or GIF.
    #[error("the file is no picture that is taken")]
    NotAPicture,
    /// An iPhone's own format.
    #[error("the file is an HEIC picture")]
    Heic,
    /// AV1 in the same container.
    #[error("the file is an AVIF picture")]
    Avif,
    /// More than `photos.max_pixels`.
    #[error("the picture has {pixels} pixels, and at most {max} are taken")]
    TooManyPixels {
        /// As the file declares them.
        pixels: u64,
        /// The limit.
        max: u64,
    },
    /// It takes too much memory when it is decoded.
    #[error("the picture takes too much memory when it is decoded")]
    TooLargeDecoded,
    /// It is damaged, or not safely decodable.
    #[error("the picture is damaged, or of a kind that cannot be read")]
    Broken,
    /// The fan has `photos.per_fan` already.
    #[error("the fan has {max} photos, and that is the limit")]
    LimitReached {
        /// The limit.
        max: u32,
    },
    /// The fan was erased meanwhile.
    #[error("the fan is not there any more")]
    FanGone,
    /// As many pictures wait as may. Another attempt in some seconds may succeed.
    #[error("too many pictures wait")]
    PoolFull,
    /// The object storage does not work. A later attempt may succeed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The photo is there, and its object is not: the storage was restored from an older copy, say.
    #[error("the object of a photo is missing")]
    NoObject,
    /// The objects were put so late that they are being removed.
    #[error("the upload took too long")]
    TooLate,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] ServiceError),
}

impl PhotoError {
    /// The word in the metrics.
    pub(super) const fn outcome(&self) -> PhotoOutcome {
        match self {
            Self::TooManyBytes { .. }
            | Self::NotAPicture
            | Self::Heic
            | Self::Avif
            | Self::TooManyPixels { .. }
            | Self::TooLargeDecoded
            | Self::Broken => PhotoOutcome::Refused,
            Self::LimitReached { .. } => PhotoOutcome::LimitReached,
            Self::PoolFull => PhotoOutcome::Busy,
            Self::FanGone | Self::Storage(_) | Self::NoObject | Self::TooLate | Self::Database(_) => {
                PhotoOutcome::Failed
            }
        }
    }
}

impl From<RepositoryError> for PhotoError {
    fn from(error: RepositoryError) -> Self {
        Self::Database(error.into())
    }
}

impl From<Refusal> for PhotoError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAPicture => Self::NotAPicture,
            Refusal::Heic => Self::Heic,
            Refusal::Avif => Self::Avif,
            Refusal::TooManyPixels { pixels, max } => Self::TooManyPixels { pixels, max },
            Refusal::TooLargeDecoded => Self::TooLargeDecoded,
            Refusal::Broken => Self::Broken,
        }
    }
}

impl From<PoolError> for PhotoError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Full => Self::PoolFull,
            PoolError::TooLarge => Self::TooLargeDecoded,
            PoolError::Broken => Self::Broken,
        }
    }
}
