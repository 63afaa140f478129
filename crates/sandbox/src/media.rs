//! Files that were uploaded (临时素材).

mod kind;
mod spool;

use std::sync::{Arc, Mutex};

use crate::{bounded_map::BoundedMap, lock::lock, random::Random};
pub use kind::MediaKind;
pub use spool::{Spool, Spooled};

/// The most files that are kept.
const FILES: usize = 50;
const TTL_SECONDS: i64 = 3 * 24 * 3600;

/// A file.
#[derive(Clone)]
pub struct File {
    pub kind: MediaKind,
    pub content_type: String,
    pub content: Arc<Spooled>,
    /// Seconds since 1970.
    pub created_at: i64,
}

/// The files by their ids.
pub struct MediaStore(Mutex<BoundedMap<File>>);

impl MediaStore {
    pub fn new() -> Self {
        Self(Mutex::new(BoundedMap::new(FILES)))
    }

    /// Keeps a file for three days and returns its id.
    pub fn keep(&self, file: File, random: &Random) -> String {
        let id = random.avatar();
        lock(&self.0).insert(&id, file, |_| false);
        id
    }

    pub fn get(&self, id: &str, now: i64) -> Option<File> {
        let file = lock(&self.0).get(id).cloned();
        file.filter(|file| now < file.created_at + TTL_SECONDS)
    }

    /// All files with their ids, the newest first.
    pub fn list(&self, now: i64) -> Vec<(String, File)> {
        let map = lock(&self.0);
        let alive = map.iter().filter(|(_, file)| now < file.created_at + TTL_SECONDS);
        let mut files: Vec<_> = alive.map(|(id, file)| (id.to_owned(), file.clone())).collect();
        files.reverse();
        files
    }
}
