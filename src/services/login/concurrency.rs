//! How many logins may wait for the platform at once.

use std::{num::NonZeroUsize, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places for work that may wait for the platform, one set for the whole process. Nobody queues for a place: behind a
/// platform that is slow the queue would have no end.
#[derive(Debug, Clone)]
pub struct LoginConcurrency(Arc<Semaphore>);

/// A place, free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl LoginConcurrency {
    /// So many places.
    pub fn new(places: NonZeroUsize) -> Self {
        Self(Arc::new(Semaphore::new(places.get())))
    }

    /// A place, if one is free.
    pub fn enter(&self) -> Option<Place> {
        let permit = Arc::clone(&self.0).try_acquire_owned().ok()?;
        Some(Place { _permit: permit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_places_and_a_place_is_free_again() {
        let all = LoginConcurrency::new(NonZeroUsize::new(2).unwrap());
        let (first, _second) = (all.enter().unwrap(), all.clone().enter().unwrap());
        assert!(all.enter().is_none());
        drop(first);
        assert!(all.enter().is_some());
    }
}
