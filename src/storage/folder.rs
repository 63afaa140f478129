use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path as FilePath, PathBuf},
    sync::OnceLock,
};

use bytes::Bytes;
use object_store::{Error, ObjectStoreExt, Result, local::LocalFileSystem, path::Path};
use tokio::task::spawn_blocking;

/// Objects as files, in a folder for this user alone. Where the folder is missing, nothing can be said of its objects: a volume
/// may not be there.
pub struct Folder {
    path: PathBuf,
    store: OnceLock<LocalFileSystem>,
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            store: OnceLock::new(),
        }
    }

    pub fn path(&self) -> &FilePath {
        &self.path
    }

    /// A file of another name is written, flushed to the disk and renamed.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        let path = self.path.clone();
        let account = key
            .split('/')
            .next()
            .filter(|first| first.len() < key.len())
            .map(str::to_owned);
        blocking(move || make(&path, account.as_deref())).await?;
        self.store()?.put(&Path::from(key), bytes.into()).await.map(drop)
    }

    /// Makes the folder, so that it can be told from one that is missing.
    pub async fn prepare(&self) -> Result<()> {
        let path = self.path.clone();
        blocking(move || make(&path, None)).await
    }

    pub async fn get(&self, key: &str) -> Result<Bytes> {
        if !self.is_there(key).await? {
            return Err(missing(key));
        }
        self.store()?.get(&Path::from(key)).await?.bytes().await
    }

    pub async fn remove(&self, key: &str) -> Result<()> {
        if !self.is_there(key).await? {
            return Ok(());
        }
        let file = self.path.join(key);
        let (leftover, folder) = (staged(&file), file.parent().map(FilePath::to_path_buf));
        blocking(move || ignore_missing(fs::remove_file(leftover))).await?;
        let removed = self.store()?.delete(&Path::from(key)).await;
        if let Some(folder) = folder.filter(|folder| *folder != self.path) {
            // It is still there where the file never was, and stays where it has others.
            blocking(move || {
                fs::remove_dir(folder).unwrap_or_default();
                Ok(())
            })
            .await?;
        }
        removed
    }

    /// Whether the folder is there and can be written.
    pub async fn ping(&self) -> Result<()> {
        let path = self.path.clone();
        blocking(move || may_write(&path)).await
    }

    /// Whether the folder can be written, or made.
    pub async fn may_be_written(&self) -> Result<()> {
        let path = self.path.clone();
        blocking(move || {
            let there = path.ancestors().find(|path| path.exists());
            may_write(there.unwrap_or(FilePath::new(".")))
        })
        .await
    }

    async fn is_there(&self, key: &str) -> Result<bool> {
        let (root, file) = (self.path.clone(), self.path.join(key));
        blocking(move || {
            fs::metadata(root)?;
            file.parent().map_or(Ok(false), FilePath::try_exists)
        })
        .await
    }

    fn store(&self) -> Result<&LocalFileSystem> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        let store = LocalFileSystem::new_with_prefix(&self.path)?;
        let store = store.with_automatic_cleanup(true).with_fsync(true);
        Ok(self.store.get_or_init(|| store))
    }
}

/// Makes the folder and the account's below it. Nobody else may look into that one, whatever the rights of the other are. What
/// was made is there after a power cut, like the files in it.
fn make(folder: &FilePath, account: Option<&str>) -> io::Result<()> {
    let folder = account.map_or_else(|| folder.to_path_buf(), |account| folder.join(account));
    let missing = folder.ancestors().take_while(|folder| !folder.exists());
    let parents: Vec<_> = missing
        .filter_map(FilePath::parent)
        .map(FilePath::to_path_buf)
        .collect();
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    parents.iter().try_for_each(|parent| {
        let is_here = parent.as_os_str().is_empty();
        File::open(if is_here { FilePath::new(".") } else { parent })?.sync_all()
    })
}

fn may_write(folder: &FilePath) -> io::Result<()> {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK)?;
    Ok(())
}

/// What the library calls a file that is being written. Objects are written once, so there is no second one.
fn staged(file: &FilePath) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("#1");
    name.into()
}

fn ignore_missing(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = spawn_blocking(work).await?;
    done.map_err(|error| Error::Generic {
        store: "folder",
        source: error.into(),
    })
}

fn missing(key: &str) -> Error {
    Error::NotFound {
        path: key.to_owned(),
        source: "no such folder".into(),
    }
}
