//! Objects: the bytes of photos and avatars, in a folder or in a bucket. `object_store` and its HTTP client are used only here.
//!
//! Operations run on a thread of their own, and end there: also when the request that asked for one is gone.

mod bucket;
mod error;
mod folder;
mod outcome;
mod thread;

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};

pub use self::error::{StorageError, StorageOpenError};
use self::{folder::Folder, outcome::Outcomes, thread::StorageThread};
use crate::{
    domain::{AppId, Deadline, ObjectKey},
    settings::{S3Keys, StorageLocation, StorageSettings},
    telemetry::storage::StorageOperation,
};

/// The name of what a check writes and removes. No account's folder is called so.
const PROBE: &str = "probe";

/// The object storage of the process. Clones share it.
#[derive(Clone)]
pub struct Storage {
    backend: Backend,
    thread: Arc<StorageThread>,
    outcomes: Outcomes,
    timeout: Duration,
}

/// Where objects are.
#[derive(Clone)]
enum Backend {
    Folder(Arc<Folder>),
    Bucket(Arc<dyn ObjectStore>, Path),
}

impl Storage {
    /// Opens the storage. Writes nothing yet, and makes no connection.
    ///
    /// # Errors
    /// [`StorageOpenError`] if the settings cannot be used.
    pub fn open(settings: &StorageSettings, keys: Option<&S3Keys>) -> Result<Self, StorageOpenError> {
        let backend = match &settings.location {
            StorageLocation::Folder(folder) => Backend::Folder(Arc::new(Folder::new(folder.clone()))),
            StorageLocation::Bucket { name, prefix } => {
                let store = bucket::open(settings, name, keys)?;
                Backend::Bucket(Arc::new(store), Path::from(prefix.as_str()))
            }
        };
        Ok(Self {
            backend,
            thread: Arc::new(StorageThread::start()?),
            outcomes: Outcomes::new(keys),
            timeout: settings.timeout,
        })
    }

    /// The objects of one account.
    pub fn of_account(&self, app_id: &AppId) -> Objects {
        Objects {
            storage: self.clone(),
            folder: app_id.to_string(),
        }
    }

    /// Makes the folder, where it is one. A failure is logged: without photos and avatars the site still works.
    pub async fn prepare(&self) {
        if let Backend::Folder(folder) = &self.backend {
            let folder = Arc::clone(folder);
            let made = self.run(StorageOperation::Put, async move { folder.prepare().await });
            // It was logged where it ended.
            made.await.ok();
        }
    }

    /// Whether a folder can be written, or made: for whoever asks before the service was ever started. A bucket is pinged.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn may_be_written(&self) -> Result<(), StorageError> {
        let Backend::Folder(folder) = &self.backend else {
            return self.ping().await;
        };
        let folder = Arc::clone(folder);
        self.run(StorageOperation::Ping, async move { folder.may_be_written().await })
            .await
    }

    /// Whether the storage answers, asked without writing.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ping(&self) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let folder = Arc::clone(folder);
                self.run(StorageOperation::Ping, async move { folder.ping().await })
                    .await
            }
            Backend::Bucket(..) => self.get(PROBE, StorageOperation::Ping).await.map(drop),
        }
    }

    /// Puts an object, reads it and removes it.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn probe(&self) -> Result<(), StorageError> {
        let sent = Bytes::from_static(b"fanpass");
        self.put(PROBE, sent.clone()).await?;
        let read = self.get(PROBE, StorageOperation::Get).await?;
        self.remove(PROBE).await?;
        match read {
            Some(read) if read == sent => Ok(()),
            _ => Err(StorageError::Unavailable("it does not return what was put".to_owned())),
        }
    }

    /// Where objects are, without secrets.
    pub fn describe(&self) -> String {
        match &self.backend {
            Backend::Folder(folder) => format!("folder {}", folder.path().display()),
            Backend::Bucket(store, prefix) if prefix.as_ref().is_empty() => store.to_string(),
            Backend::Bucket(store, prefix) => format!("{store}, {prefix}"),
        }
    }

    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StorageError> {
        let (backend, key) = (self.backend.clone(), key.to_owned());
        let put = async move {
            match backend {
                Backend::Folder(folder) => folder.put(&key, bytes).await,
                Backend::Bucket(store, prefix) => store.put(&under(&prefix, &key), bytes.into()).await.map(drop),
            }
        };
        self.run(StorageOperation::Put, put).await
    }

    async fn get(&self, key: &str, operation: StorageOperation) -> Result<Option<Bytes>, StorageError> {
        let (backend, key) = (self.backend.clone(), key.to_owned());
        let get = async move {
            match backend {
                Backend::Folder(folder) => folder.get(&key).await,
                Backend::Bucket(store, prefix) => store.get(&under(&prefix, &key)).await?.bytes().await,
            }
        };
        match self.run(operation, get).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StorageError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn remove(&self, key: &str) -> Result<(), StorageError> {
        let (backend, key) = (self.backend.clone(), key.to_owned());
        let remove = async move {
            match backend {
                Backend::Folder(folder) => folder.remove(&key).await,
                Backend::Bucket(store, prefix) => store.delete(&under(&prefix, &key)).await,
            }
        };
        match self.run(StorageOperation::Remove, remove).await {
            Err(StorageError::Missing) => Ok(()),
            removed => removed,
        }
    }

    /// Runs an operation on the thread, within the time limit.
    async fn run<T: Send + 'static>(
        &self,
        operation: StorageOperation,
        work: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        let Some(begun) = self.outcomes.begin(operation) else {
            return Err(StorageError::CircuitOpen);
        };
        let timeout = self.timeout;
        let limited = async move { begun.end(Deadline::after(timeout).run(work).await) };
        self.thread.run(limited).await.unwrap_or(Err(StorageError::Stopped))
    }
}

/// The objects of one account. Clones share the storage.
#[derive(Clone)]
pub struct Objects {
    storage: Storage,
    /// The account's own folder.
    folder: String,
}

impl Objects {
    /// Stores an object. When this returns, it is on the disk, or acknowledged by the bucket.
    ///
    /// # Errors
    /// [`StorageError`]; it may be stored all the same.
    pub async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), StorageError> {
        self.storage.put(&self.path(key), bytes).await
    }

    /// The bytes of an object. None: there is none.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StorageError> {
        self.storage.get(&self.path(key), StorageOperation::Get).await
    }

    /// Whether the storage answers, asked without writing.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.storage.ping().await
    }

    /// Removes an object, if it is there, and what an interrupted [`Self::put`] left of it.
    ///
    /// # Errors
    /// [`StorageError`]; it may be removed all the same.
    pub async fn remove(&self, key: &ObjectKey) -> Result<(), StorageError> {
        self.storage.remove(&self.path(key)).await
    }

    fn path(&self, key: &ObjectKey) -> String {
        format!("{}/{}", self.folder, key.as_str())
    }
}

fn under(prefix: &Path, key: &str) -> Path {
    key.split('/').fold(prefix.clone(), |path, part| path.join(part))
}

impl fmt::Debug for Storage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Storage({})", self.describe())
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Objects({})", self.folder)
    }
}
