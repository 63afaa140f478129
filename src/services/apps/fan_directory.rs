//! Fans, as the operator's systems see them at the internal API.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::pairwise::PairwiseSubjects;
use crate::{
    domain::{ApplicationId, Clock, FanId, FanKey, FansProfile, Malformed, Random},
    repositories::{AccountSecretsRepository, FansRepository, SecretUse, Transaction},
    services::ServiceError,
};

/// Looks up the fans of one account for somebody. Clones share the account's secret once it is known.
#[derive(Clone)]
pub struct FanDirectory {
    parts: FanDirectoryParts,
    secret: Arc<OnceCell<Vec<u8>>>,
}

/// What a [`FanDirectory`] is made of.
#[derive(Clone)]
pub struct FanDirectoryParts {
    /// The fans of the account.
    pub fans: FansRepository,
    /// Keeps the secret behind the apps' names for fans.
    pub secrets: AccountSecretsRepository,
    /// Whose names for fans the operator may ask about.
    pub apps: Arc<[ApplicationId]>,
    /// Dates the secret.
    pub clock: Clock,
    /// Makes the secret.
    pub random: Random,
}

/// A fan under the name by which the asker knows the fan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FanEntry {
    /// For an app its pairwise subject, for the operator the fan's id.
    pub name: String,
    /// The fan.
    pub fan: FansProfile,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FanDirectoryError {
    /// The database failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// A page was asked for that follows nobody's name.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// How the asker names fans.
enum Naming {
    ById,
    Pairwise(Box<PairwiseSubjects>),
}

impl Naming {
    fn name_of(&self, fan: FanId) -> String {
        match self {
            Self::ById => fan.to_string(),
            Self::Pairwise(subjects) => subjects.subject_of(fan),
        }
    }

    fn id_of(&self, name: &str) -> Option<FanId> {
        match self {
            Self::ById => FanId::parse(name).ok(),
            Self::Pairwise(subjects) => subjects.fan_of(name),
        }
    }

    fn entry(&self, fan: FansProfile) -> FanEntry {
        let name = self.name_of(fan.id);
        FanEntry { name, fan }
    }
}

impl FanDirectory {
    /// Assembles the service.
    pub fn new(parts: FanDirectoryParts) -> Self {
        Self {
            parts,
            secret: Arc::default(),
        }
    }

    /// At most `limit` fans after the one with the name `after`, in the order of registration. `app` asks; none: the operator.
    ///
    /// # Errors
    /// [`FanDirectoryError`].
    pub async fn page(
        &self,
        app: Option<&ApplicationId>,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<FanEntry>, FanDirectoryError> {
        let naming = self.naming(app).await?;
        let not_a_name = Malformed {
            what: "after",
            expected: "the id of the last fan of the page before",
        };
        let after = after.map(|name| naming.id_of(name).ok_or(not_a_name)).transpose()?;
        let fans = self.parts.fans.page(after, limit).await.map_err(ServiceError::from)?;
        Ok(fans.into_iter().map(|fan| naming.entry(fan)).collect())
    }

    /// The fan with this name. `app` asks; none: the operator, who may also give an openid or any app's name for the fan.
    ///
    /// # Errors
    /// [`ServiceError`] if the database fails.
    pub async fn find(&self, app: Option<&ApplicationId>, name: &str) -> Result<Option<FanEntry>, ServiceError> {
        let naming = self.naming(app).await?;
        let fan = match &naming {
            Naming::ById => self.find_for_operator(name).await?,
            Naming::Pairwise(subjects) => self.find_by_subject(subjects, name).await?,
        };
        Ok(fan.map(|fan| naming.entry(fan)))
    }

    async fn find_for_operator(&self, name: &str) -> Result<Option<FansProfile>, ServiceError> {
        if let Ok(key) = FanKey::parse(name)
            && let Some(fan) = self.parts.fans.find_by_key(&key).await?
        {
            return Ok(Some(fan));
        }
        for app in self.parts.apps.iter() {
            let subjects = self.subjects(app).await?;
            if let Some(fan) = self.find_by_subject(&subjects, name).await? {
                return Ok(Some(fan));
            }
        }
        Ok(None)
    }

    async fn find_by_subject(
        &self,
        subjects: &PairwiseSubjects,
        name: &str,
    ) -> Result<Option<FansProfile>, ServiceError> {
        match subjects.fan_of(name) {
            Some(id) => Ok(self.parts.fans.find(id).await?),
            None => Ok(None),
        }
    }

    async fn naming(&self, app: Option<&ApplicationId>) -> Result<Naming, ServiceError> {
        match app {
            Some(app) => Ok(Naming::Pairwise(self.subjects(app).await?.into())),
            None => Ok(Naming::ById),
        }
    }

    async fn subjects(&self, app: &ApplicationId) -> Result<PairwiseSubjects, ServiceError> {
        let secret = self.secret.get_or_try_init(|| self.read_secret()).await?;
        Ok(PairwiseSubjects::new(secret, self.parts.fans.app_id(), app.as_str()))
    }

    /// It never changes, so each process reads it once.
    async fn read_secret(&self) -> Result<Vec<u8>, ServiceError> {
        let (secrets, random, now) = (
            self.parts.secrets.clone(),
            self.parts.random.clone(),
            self.parts.clock.now(),
        );
        let read = move |tx: &mut Transaction<'_>| secrets.find_or_make(tx, SecretUse::PairwiseSubjects, &random, now);
        Ok(self.parts.fans.database().transaction(read).await?)
    }
}
