//! The memory that uploads and pictures take, counted in KiB.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::PoolError;

/// What one photo of a phone has.
const FIRST_KIB: u32 = 8 * 1024;

/// The unit in which memory is counted.
const KIB: u64 = 1024;

/// The memory of uploads.
#[derive(Debug, Clone)]
pub(super) struct UploadMemory {
    /// For the first [`FIRST_KIB`] of each.
    first: Memory,
    /// For what is longer.
    rest: Memory,
}

/// A part of the memory.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) free_kib: Arc<Semaphore>,
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

impl UploadMemory {
    pub(super) fn new(all_kib: u32) -> Self {
        let first = all_kib / 2;
        Self {
            first: Memory::new(first),
            rest: Memory::new(all_kib.saturating_sub(first)),
        }
    }

    /// It grows as the bytes arrive.
    pub(super) fn space(&self) -> UploadSpace {
        UploadSpace {
            memory: self.clone(),
            first: None,
            rest: None,
            bytes: 0,
        }
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
    pub(super) fn new(all_kib: u32) -> Self {
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
    pub(super) fn kib(&self, bytes: u64) -> Option<u32> {
        let kib = u32::try_from(bytes.div_ceil(KIB)).ok()?;
        (kib <= self.all_kib).then_some(kib)
    }
}
