//! Where pictures are decoded: off the event loop, a bounded number at once, in a bounded part of memory.
//!
//! A picture's work has a thread of its own with a lower priority, so that a flood of pictures takes no time from logins.
//! Uploads that are being read or wait may take a third of the memory, and pictures that are being decoded the rest: they
//! cannot wait for each other. Half of that third is for the first megabytes of each upload alone: a few large uploads that
//! are slow leave room for many small ones.

mod error;
mod memory;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

use self::memory::{Memory, UploadMemory};
pub use self::{error::PoolError, memory::UploadSpace};
use crate::{
    domain::Deadline,
    resilience::{ConcurrencyLimit, Usage},
};

/// How many uploads wait for a place. One more is refused.
const MAX_WAITING: usize = 16;

/// How long one waits.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// How much nicer these threads are than the others (nice(2)).
const NICENESS: i32 = 10;

const KIB_IN_MIB: u32 = 1024;

/// The pool of one process. Clones share it.
#[derive(Debug, Clone)]
pub struct PicturePool {
    places: ConcurrencyLimit,
    decoding: Memory,
    uploads: UploadMemory,
}

impl PicturePool {
    /// Works on `at_once` pictures at once, in `memory_mib` MiB together with the uploads that wait.
    pub fn new(at_once: usize, memory_mib: u32) -> Self {
        let all_kib = memory_mib.saturating_mul(KIB_IN_MIB);
        let uploads = all_kib / 3;
        Self {
            places: ConcurrencyLimit::with_queue(at_once.max(1), MAX_WAITING),
            decoding: Memory::new(all_kib.saturating_sub(uploads)),
            uploads: UploadMemory::new(uploads),
        }
    }

    /// Memory for an upload. It grows as the bytes arrive: who announces many and sends few holds few.
    pub fn upload(&self) -> UploadSpace {
        self.uploads.space()
    }

    /// Does the work when there is a place, and `memory_bytes` are free for it. Who asked first comes first. Work that has
    /// begun is completed, also if nobody waits for it any more.
    ///
    /// # Errors
    /// [`PoolError`].
    pub async fn run<T: Send + 'static>(
        &self,
        memory_bytes: u64,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let kib = self.decoding.kib(memory_bytes).ok_or(PoolError::TooLarge)?;
        let deadline = Deadline::after(MAX_WAIT);
        let place = self.places.acquire(deadline).await.map_err(|_| PoolError::Full)?;
        let memory = Arc::clone(&self.decoding.free_kib).acquire_many_owned(kib);
        // The semaphore itself fails only when it is closed, which it never is.
        let Ok(Ok(memory)) = deadline.run(memory).await else {
            return Err(PoolError::Full);
        };
        let (sender, result) = oneshot::channel();
        let job = move || {
            let _held = (place, memory);
            // Without the lower priority it is done all the same.
            rustix::process::nice(NICENESS).ok();
            // A decoder that panics is one picture that is refused.
            if let Ok(value) = catch_unwind(AssertUnwindSafe(work)) {
                sender.send(value).ok();
            }
        };
        let started = thread::Builder::new().name("picture".to_owned()).spawn(job);
        // The machine has no threads left.
        started.map_err(|_| PoolError::Full)?;
        result.await.map_err(|_| PoolError::Broken)
    }

    /// How many are worked on and how many wait.
    pub fn usage(&self) -> Usage {
        self.places.usage()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const MIB: u64 = 1 << 20;

    /// Work that takes until the sender is dropped.
    fn until_released() -> (mpsc::Sender<()>, impl FnOnce() + Send) {
        let (release, released) = mpsc::channel::<()>();
        (release, move || {
            released.recv().ok();
        })
    }

    /// Lets what was spawned run as far as it comes.
    async fn settle() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn sixteen_wait_and_the_seventeenth_is_turned_away() {
        let pool = PicturePool::new(1, 512);
        let (release, work) = until_released();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(MIB, work).await }
        });
        settle().await;
        let waiting: Vec<_> = (0..MAX_WAITING)
            .map(|number| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.run(MIB, move || number).await })
            })
            .collect();
        settle().await;
        assert_eq!(
            pool.usage(),
            Usage {
                running: 1,
                waiting: 16
            }
        );
        assert_eq!(pool.run(MIB, || ()).await, Err(PoolError::Full));
        drop(release);
        first.await.unwrap().unwrap();
        for (number, waiter) in waiting.into_iter().enumerate() {
            assert_eq!(waiter.await.unwrap(), Ok(number));
        }
    }

    #[tokio::test]
    async fn a_picture_waits_for_memory_and_one_that_never_fits_is_refused() {
        let pool = PicturePool::new(2, 12);
        let (release, work) = until_released();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(6 * MIB, work).await }
        });
        settle().await;
        let second = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(3 * MIB, || ()).await }
        });
        settle().await;
        assert!(!second.is_finished(), "8 MiB are there");
        assert_eq!(pool.run(9 * MIB, || ()).await, Err(PoolError::TooLarge));
        drop(release);
        second.await.unwrap().unwrap();
        first.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn work_that_panics_is_one_picture_that_is_refused() {
        let pool = PicturePool::new(1, 12);
        let panics = || -> () { panic!("a decoder's fault") };
        assert_eq!(pool.run(MIB, panics).await, Err(PoolError::Broken));
        assert_eq!(pool.run(8 * MIB, || 7).await, Ok(7), "place and memory are free again");
    }

    #[tokio::test]
    async fn work_whose_caller_left_keeps_its_place_until_it_ends() {
        let pool = PicturePool::new(1, 12);
        let (release, work) = until_released();
        let call = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(MIB, work).await }
        });
        settle().await;
        call.abort();
        call.await.unwrap_err();
        assert_eq!(pool.usage().running, 1);
        drop(release);
        assert_eq!(pool.run(8 * MIB, || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn uploads_take_a_third_of_the_memory_at_most() {
        let pool = PicturePool::new(1, 12);
        let mib = 1 << 20;
        let (mut first, mut second) = (pool.upload(), pool.upload());
        first.grow(mib).unwrap();
        first.grow(2 * mib).unwrap();
        assert_eq!(second.grow(2 * mib), Err(PoolError::Full));
        assert_eq!(pool.upload().grow(5 * mib), Err(PoolError::TooLarge));
        assert_eq!(pool.run(8 * MIB, || 7).await, Ok(7), "pictures have the rest");
        drop(first);
        pool.upload().grow(4 * mib).unwrap();
    }

    #[test]
    fn large_uploads_leave_room_for_many_small_ones() {
        let (pool, mib) = (PicturePool::new(1, 300), 1 << 20);
        // Half of 100 MiB are for what is beyond the first 8 MiB of each.
        let (mut large, mut other) = (pool.upload(), pool.upload());
        large.grow(58 * mib).unwrap();
        other.grow(8 * mib).unwrap();
        assert_eq!(other.grow(mib), Err(PoolError::Full));
        let mut small: Vec<_> = (0..4).map(|_| pool.upload()).collect();
        for space in &mut small {
            space.grow(8 * mib).unwrap();
        }
        large.shrink(10 * mib);
        other.grow(mib).unwrap();
        large.shrink(48 * mib);
        pool.upload().grow(8 * mib).unwrap();
    }

    #[tokio::test]
    async fn pictures_give_way_to_everything_else() {
        let pool = PicturePool::new(1, 12);
        let own = || rustix::process::getpriority_process(None);
        let before = own().unwrap();
        assert_eq!(
            pool.run(MIB, move || own().unwrap()).await,
            Ok((before + NICENESS).min(19))
        );
        assert_eq!(own().unwrap(), before, "of this thread");
    }
}
