//! Where pictures are decoded: off the event loop, a bounded number at once, in a bounded part of memory.
//!
//! A picture's work has a thread of its own with a lower priority, so that a flood of pictures takes no time from logins.
//! Uploads that are being read or wait may take a third of the memory, and pictures that are being decoded the rest: they
//! cannot wait for each other. Half of that third is for the first megabytes of each upload alone: a few large uploads that
//! are slow leave room for many small ones.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

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

/// What one photo of a phone has.
const FIRST_KIB: u32 = 8 * 1024;

/// The unit in which memory is counted.
const KIB: u64 = 1024;
const KIB_IN_MIB: u32 = 1024;

/// The pool of one process. Clones share it.
#[derive(Debug, Clone)]
pub struct PicturePool {
    places: ConcurrencyLimit,
    decoding: Memory,
    uploads: UploadMemory,
}

/// The memory of uploads.
#[derive(Debug, Clone)]
struct UploadMemory {
    /// For the first [`FIRST_KIB`] of each.
    first: Memory,
    /// For what is longer.
    rest: Memory,
}

/// A part of the memory.
#[derive(Debug, Clone)]
struct Memory {
    free_kib: Arc<Semaphore>,
    all_kib: u32,
}

/// Memory for an upload, until it is dropped.
#[derive(Debug)]
#[must_use = "the memory is free again when this is dropped"]
pub struct UploadSpace {
    memory: UploadMemory,
    first: Option<OwnedSemaphorePermit>,
    rest: Option<OwnedSemaphorePermit>,
    bytes: u64,
}

/// Why a picture was not worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// As many wait as may. Another attempt in some seconds may succeed.
    #[error("too many pictures wait")]
    Full,
    /// It needs more memory than there will ever be.
    #[error("the picture needs more memory than photos.memory_mib leaves for one")]
    TooLarge,
    /// The work panicked, or no thread could be started.
    #[error("the work on a picture broke off")]
    Broken,
}

impl PicturePool {
    /// Works on `at_once` pictures at once, in `memory_mib` MiB together with the uploads that wait.
    pub fn new(at_once: usize, memory_mib: u32) -> Self {
        let all_kib = memory_mib.saturating_mul(KIB_IN_MIB);
        let uploads = all_kib / 3;
        Self {
            places: ConcurrencyLimit::with_queue(at_once.max(1), MAX_WAITING),
            decoding: Memory::new(all_kib.saturating_sub(uploads)),
            uploads: UploadMemory {
                first: Memory::new(uploads / 2),
                rest: Memory::new(uploads.saturating_sub(uploads / 2)),
            },
        }
    }

    /// Memory for an upload. It grows as the bytes arrive: who announces many and sends few holds few.
    pub fn upload(&self) -> UploadSpace {
        UploadSpace {
            memory: self.uploads.clone(),
            first: None,
            rest: None,
            bytes: 0,
        }
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
        started.map_err(|_| PoolError::Broken)?;
        result.await.map_err(|_| PoolError::Broken)
    }

    /// How many are worked on and how many wait.
    pub fn usage(&self) -> Usage {
        self.places.usage()
    }
}

impl UploadSpace {
    /// Holds so many bytes more.
    ///
    /// # Errors
    /// [`PoolError`].
    pub fn grow(&mut self, bytes: usize) -> Result<(), PoolError> {
        self.resize(self.bytes.saturating_add(count(bytes)))
    }

    /// Gives so many bytes back.
    pub fn shrink(&mut self, bytes: usize) {
        // Less is always there.
        self.resize(self.bytes.saturating_sub(count(bytes))).ok();
    }

    fn resize(&mut self, bytes: u64) -> Result<(), PoolError> {
        let UploadMemory { first, rest } = &self.memory;
        let kib = u32::try_from(bytes.div_ceil(KIB)).map_err(|_| PoolError::TooLarge)?;
        let first_kib = kib.min(FIRST_KIB).min(first.all_kib);
        let rest_kib = kib.saturating_sub(first_kib);
        if rest_kib > rest.all_kib {
            return Err(PoolError::TooLarge);
        }
        first.hold(&mut self.first, first_kib)?;
        rest.hold(&mut self.rest, rest_kib)?;
        self.bytes = bytes;
        Ok(())
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

impl Memory {
    fn new(all_kib: u32) -> Self {
        let permits = usize::try_from(all_kib).unwrap_or(usize::MAX);
        let free_kib = Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        Self { free_kib, all_kib }
    }

    /// Makes what is held so large.
    fn hold(&self, held: &mut Option<OwnedSemaphorePermit>, kib: u32) -> Result<(), PoolError> {
        let wanted = usize::try_from(kib).unwrap_or(usize::MAX);
        let held_kib = held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if wanted <= held_kib {
            drop(
                held.as_mut()
                    .and_then(|held| held.split(held_kib.saturating_sub(wanted))),
            );
            return Ok(());
        }
        let more = u32::try_from(wanted.saturating_sub(held_kib)).unwrap_or(u32::MAX);
        let more = Arc::clone(&self.free_kib).try_acquire_many_owned(more);
        let more = more.map_err(|_| PoolError::Full)?;
        match held {
            Some(held) => held.merge(more),
            None => *held = Some(more),
        }
        Ok(())
    }

    /// The bytes in KiB, rounded up. None: more than there is.
    fn kib(&self, bytes: u64) -> Option<u32> {
        let kib = u32::try_from(bytes.div_ceil(KIB)).ok()?;
        (kib <= self.all_kib).then_some(kib)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const MIB: u64 = 1024 * KIB;

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
