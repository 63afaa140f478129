use super::archive::ArchiveError;
use crate::{
    repositories::RepositoryError,
    services::{BrokenOff, ServiceError},
    storage::StorageError,
};

/// Why a fan's file does not begin, or breaks off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Another download of the fan is under way, or too many of other fans.
    #[error("a download is under way already, or too many are")]
    Busy,
    /// The fan was erased meanwhile.
    #[error("the fan is not there any more")]
    FanGone,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] ServiceError),
    /// The object storage does not work. A later attempt may succeed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The reader is gone, or reads nothing.
    #[error(transparent)]
    Reader(#[from] BrokenOff),
    /// A file cannot be added. A fault of fanpass.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A document cannot be written. A fault of fanpass.
    #[error("a document cannot be written")]
    Document(#[from] serde_json::Error),
}

impl From<RepositoryError> for ExportError {
    fn from(error: RepositoryError) -> Self {
        Self::Database(error.into())
    }
}
