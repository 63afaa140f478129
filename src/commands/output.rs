use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use serde::Serialize;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path:?} cannot be written: {source}")]
pub struct FileError {
    path: String,
    source: io::Error,
}

/// Writes one JSON object and ends the line.
pub fn json_line(writer: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *writer, value)?;
    writer.write_all(b"\n")
}

/// A file that appears at its path when it is complete, so nobody takes a part for the whole. Only its owner can read
/// it: it holds personal data.
pub struct WholeFile {
    file: File,
    path: PathBuf,
    /// Where it is written until it is complete. `None` if `path` is a pipe or a device.
    partial: Option<PathBuf>,
}

impl WholeFile {
    /// Begins a file that will be at `path`.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let is_special = fs::metadata(path).is_ok_and(|found| !found.is_file());
        let partial = (!is_special).then(|| {
            let mut name = path.as_os_str().to_owned();
            name.push(format!(".{}.partial", std::process::id()));
            PathBuf::from(name)
        });
        let growing = partial.as_deref().unwrap_or(path);
        let mut options = OpenOptions::new();
        // The partial file must be new: an existing one would keep its mode, and may be another user's link.
        match partial {
            Some(_) => options.write(true).create_new(true).mode(0o600),
            None => options.write(true),
        };
        let file = options.open(growing).map_err(|source| failed(growing, source))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            partial,
        })
    }

    /// Puts the file in its place.
    pub fn complete(mut self) -> Result<(), FileError> {
        let Some(partial) = &self.partial else { return Ok(()) };
        let placed = self.file.sync_all().and_then(|()| fs::rename(partial, &self.path));
        placed.map_err(|source| failed(&self.path, source))?;
        self.partial = None;
        Ok(())
    }
}

/// Writes a whole file.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes).map_err(|source| failed(path, source))?;
    file.complete()
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(partial) = &self.partial {
            // The failure is already reported. A file that stays behind has `.partial` in its name.
            drop(fs::remove_file(partial));
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn failed(path: &Path, source: io::Error) -> FileError {
    FileError {
        path: path.display().to_string(),
        source,
    }
}
