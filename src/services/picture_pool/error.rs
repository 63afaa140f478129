/// Why a picture was not worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// As many wait as may, or there is no thread. Another attempt in some seconds may succeed.
    #[error("too many pictures wait")]
    Full,
    /// It needs more memory than there will ever be.
    #[error("the picture needs more memory than photos.memory_mib leaves for one")]
    TooLarge,
    /// The work panicked.
    #[error("the work on a picture broke off")]
    Broken,
}
