//! Files on the disk, so that many long uploads at once need little memory. They have no name: what ends the process ends
//! them.

use std::{
    env,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::FileExt,
    sync::Arc,
};

use actix_web::web::Bytes;
use futures_util::{Stream, stream};

use crate::random::Random;

const PIECE: usize = 64 * 1024;
/// Up to this length a file is read at once, in bytes.
const MAX_SHORT: u64 = 1024 * 1024;

/// A file that is being written.
pub struct Spool {
    file: File,
    length: u64,
}

impl Spool {
    /// # Errors
    ///
    /// When the folder for temporary files cannot be written.
    pub fn new(random: &Random) -> io::Result<Self> {
        let path = env::temp_dir().join(format!("sandbox-{}", random.code()));
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        fs::remove_file(&path)?;
        Ok(Self { file, length: 0 })
    }

    /// # Errors
    ///
    /// When the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.file.write_all(bytes)
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    pub fn finish(self) -> Spooled {
        Spooled {
            file: self.file,
            length: self.length,
        }
    }
}

/// A file that was written.
pub struct Spooled {
    file: File,
    pub length: u64,
}

impl Spooled {
    /// All its bytes, for a file that is short.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub fn read_short(&self) -> io::Result<Option<Bytes>> {
        if self.length > MAX_SHORT {
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(self.length).unwrap_or(0)];
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(Some(bytes.into()))
    }

    /// Its bytes, in pieces.
    pub fn stream(self: Arc<Self>) -> impl Stream<Item = io::Result<Bytes>> {
        stream::try_unfold((self, 0), |(spooled, offset)| async move {
            let mut piece = vec![0; PIECE];
            let read = spooled.file.read_at(&mut piece, offset)?;
            piece.truncate(read);
            let next = offset + u64::try_from(read).unwrap_or(u64::MAX);
            Ok::<_, io::Error>((read > 0).then_some((Bytes::from(piece), (spooled, next))))
        })
    }
}
