//! Avatars: copied from the platform, whose address of one dies when the fan changes it, and served at addresses of our own.
//!
//! A registration or a refresh that brings another avatar adds a job (`copy.rs`). The copy is what the platform's picture shows
//! and nothing else of its bytes; each version has a random id, which is in the fan's row while it is shown.

mod address;
mod copy;
mod request;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::OnceCell;

pub use self::{
    address::{AvatarAddresses, AvatarSector},
    copy::AvatarCopies,
    request::{add_copy, needs_copy},
};
use crate::{
    domain::{Avatar, Clock, FansProfile, ObjectKey, Random, routes},
    repositories::{AccountSecretsRepository, FansRepository, RepositoryError, SecretUse, Transaction},
    services::ServiceError,
    storage::{Objects, StorageError},
};

/// The avatars of one account, for those who look at them. Clones share the account's secret once it is known.
#[derive(Clone)]
pub struct Avatars {
    parts: AvatarsParts,
    addresses: Arc<OnceCell<Arc<AvatarAddresses>>>,
}

/// What [`Avatars`] are made of.
#[derive(Clone)]
pub struct AvatarsParts {
    /// The rows, which name the copies.
    pub fans: FansRepository,
    /// Keeps the secret behind the addresses.
    pub secrets: AccountSecretsRepository,
    /// The copies.
    pub objects: Objects,
    /// Dates the secret.
    pub clock: Clock,
    /// Makes the secret.
    pub random: Random,
}

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AvatarFound {
    /// A JPEG file.
    Jpeg(Bytes),
    /// It was there: the fan has another by now, or was erased.
    Gone,
    /// Nobody was given this address.
    Unknown,
}

/// Why an avatar cannot be had at present.
#[derive(Debug, thiserror::Error)]
pub enum AvatarError {
    /// The database failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The object storage does not work.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The row names it, and its object is not there.
    #[error("the object of an avatar is missing")]
    NoObject,
}

impl Avatars {
    /// Assembles the service.
    pub fn new(parts: AvatarsParts) -> Self {
        Self {
            parts,
            addresses: Arc::default(),
        }
    }

    /// What makes the addresses. Their secret never changes, so each process reads it once.
    ///
    /// # Errors
    /// [`ServiceError`] if the database fails.
    async fn addresses(&self) -> Result<Arc<AvatarAddresses>, ServiceError> {
        let read = async || -> Result<Arc<AvatarAddresses>, ServiceError> {
            let (secrets, random, now) = (
                self.parts.secrets.clone(),
                self.parts.random.clone(),
                self.parts.clock.now(),
            );
            let read = move |tx: &mut Transaction<'_>| secrets.find_or_make(tx, SecretUse::Avatars, &random, now);
            let secret = self.parts.fans.database().transaction(read).await?;
            let app_id = self.parts.fans.app_id().clone();
            Ok(Arc::new(AvatarAddresses::new(&secret, app_id)))
        };
        Ok(Arc::clone(self.addresses.get_or_try_init(read).await?))
    }

    /// The path of the copy of a fan's avatar, for a sector. None: there is no copy.
    ///
    /// # Errors
    /// [`ServiceError`] if the database fails.
    pub async fn path_of(&self, fan: &FansProfile, sector: AvatarSector<'_>) -> Result<Option<String>, ServiceError> {
        let Some(id) = fan.avatar else {
            return Ok(None);
        };
        let address = self.addresses().await?.address_of(Avatar { fan: fan.id, id }, sector);
        Ok(Some(format!("{}{address}", routes::AVATAR_PREFIX)))
    }

    /// What is at an address, read anew each time: nothing is shown of a fan who was erased a moment ago.
    ///
    /// # Errors
    /// [`AvatarError`]: it cannot be had at present.
    pub async fn read(&self, address: &str) -> Result<AvatarFound, AvatarError> {
        let Some(avatar) = self.addresses().await?.avatar_of(address) else {
            return Ok(AvatarFound::Unknown);
        };
        let is_shown = async || -> Result<bool, RepositoryError> {
            let fan = self.parts.fans.find(avatar.fan).await?;
            Ok(fan.is_some_and(|fan| fan.avatar == Some(avatar.id)))
        };
        if !is_shown().await.map_err(ServiceError::from)? {
            return Ok(AvatarFound::Gone);
        }
        if let Some(jpeg) = self.parts.objects.get(&ObjectKey::avatar(avatar.id)).await? {
            return Ok(AvatarFound::Jpeg(jpeg));
        }
        // It may have been replaced meanwhile.
        if !is_shown().await.map_err(ServiceError::from)? {
            return Ok(AvatarFound::Gone);
        }
        tracing::error!(fan.id = %avatar.fan, "an avatar's object is missing in the storage");
        Err(AvatarError::NoObject)
    }
}
