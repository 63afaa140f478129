//! Passes pushes on to the operator's other systems (`[[push.forward]]`), and tells them of erased fans.
//!
//! What is to be passed on is a job in the transaction of the push itself, sealed, one for each target that wants it
//! ([`ForwardQueue`]). A lane of the runner for each target sends them ([`ForwardSender`]). The target that may answer is asked
//! at once, while the platform waits; that is the first run of its job.

mod answer;
mod envelope;
mod payload;
mod sender;
mod signature;

use std::{collections::BTreeMap, sync::Arc};

use self::payload::{Payload, erasure_fields};
pub use self::sender::{ForwardSender, ForwardSenderParts};
use crate::{
    domain::{
        AppId, ApplicationId, Clock, FanId, ForwardFormat, ForwardTarget, JobId, JobKind, JobLane, NewJob, OpenId,
        PushKind, PushMessage, Random, Timestamp,
    },
    repositories::{AccountSecretsRepository, Added, RepositoryError, SecretUse, Transaction},
    resilience::OutageLog,
    services::{
        apps::pairwise::PairwiseSubjects,
        fans::{ErasedFan, ErasureListener},
        jobs::Jobs,
        sealing::{SealError, Sealer},
    },
};

/// Seconds until a lane may take the job of the answering target. Until then it is being asked, or the process that asks died.
const ASKING_SECONDS: i64 = 15;

/// The targets of one account, and what their senders share in this process. Clones share it.
#[derive(Clone)]
pub struct ForwardTargets(Arc<BTreeMap<String, KnownTarget>>);

/// A target, and whether it takes what it is sent.
pub(super) struct KnownTarget {
    pub(super) target: ForwardTarget,
    pub(super) outage: OutageLog,
}

impl ForwardTargets {
    /// The targets of the settings.
    pub fn new(targets: &[ForwardTarget]) -> Self {
        let known = targets.iter().map(|target| {
            let outage = OutageLog::default();
            let target = target.clone();
            (target.name.to_string(), KnownTarget { target, outage })
        });
        Self(Arc::new(known.collect()))
    }

    /// The lanes of the runner, one for each target.
    pub fn lanes(&self) -> Vec<JobLane> {
        self.0
            .keys()
            .map(|name| JobLane::Target(name.as_str().into()))
            .collect()
    }

    fn iter(&self) -> impl Iterator<Item = &ForwardTarget> {
        self.0.values().map(|known| &known.target)
    }

    fn find(&self, name: &str) -> Option<&KnownTarget> {
        self.0.get(name)
    }
}

/// A push to pass on.
#[derive(Debug, Clone, Copy)]
pub struct ForwardedPush<'a> {
    /// Its fields.
    pub message: &'a PushMessage,
    /// What it is.
    pub kind: &'a PushKind,
    /// Whom it is about: the keyed hash by which an erasure drops the fan's jobs.
    pub subject: Option<&'a str>,
    /// When it came.
    pub received_at: Timestamp,
}

/// The jobs of one push, to be added in its transaction.
#[derive(Debug, Clone, Default)]
pub struct ForwardJobs {
    jobs: Vec<NewJob>,
    answering: Option<JobId>,
}

impl ForwardJobs {
    /// The job of the target that may answer: [`ForwardSender::ask`] does it.
    pub const fn answering(&self) -> Option<JobId> {
        self.answering
    }
}

/// Writes down what is to be passed on. Any thread may use it.
#[derive(Clone)]
pub struct ForwardQueue {
    parts: Arc<ForwardQueueParts>,
}

/// What a [`ForwardQueue`] is made of.
pub struct ForwardQueueParts {
    /// The targets.
    pub targets: ForwardTargets,
    /// The account.
    pub app_id: AppId,
    /// Seals what waits.
    pub sealer: Sealer,
    /// The jobs.
    pub jobs: Jobs,
    /// Keeps the secret behind the apps' names for fans.
    pub secrets: AccountSecretsRepository,
    /// Dates erasures.
    pub clock: Clock,
    /// Makes that secret.
    pub random: Random,
}

impl ForwardQueue {
    /// Assembles the service.
    pub fn new(parts: ForwardQueueParts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    /// Whether some target wants pushes of this kind.
    pub fn wants(&self, kind: &PushKind) -> bool {
        self.wanting(kind).next().is_some()
    }

    /// Whether the target that may answer wants pushes of this kind.
    pub fn may_answer(&self, kind: &PushKind) -> bool {
        self.wanting(kind).any(|target| target.answers)
    }

    fn wanting(&self, kind: &PushKind) -> impl Iterator<Item = &ForwardTarget> {
        self.parts.targets.iter().filter(move |target| match kind {
            PushKind::Message(message) => target.filter.wants_message(message),
            PushKind::Event(event) => target.filter.wants_event(event),
        })
    }

    /// The jobs for the targets that want this push, to be given to [`Self::add_in`]. `asks`: whether the target that may
    /// answer is asked at once; otherwise it gets the push as the others do.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn jobs_for(&self, push: &ForwardedPush<'_>, asks: bool) -> Result<ForwardJobs, SealError> {
        let mut jobs = ForwardJobs::default();
        for target in self.wanting(push.kind) {
            let payload = Payload {
                received_at: push.received_at.to_rfc3339(),
                fields: push.message.fields.clone(),
            };
            let mut job = self.job(JobKind::ForwardPush, target, push.subject, &payload)?;
            if asks && target.answers {
                job.run_at = job.run_at.plus_seconds(ASKING_SECONDS);
                jobs.answering = Some(job.id);
            }
            jobs.jobs.push(job);
        }
        Ok(jobs)
    }

    /// Adds the jobs of a push in its transaction. [`Jobs::note_added`] gets the result after the commit.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn add_in(&self, tx: &mut Transaction<'_>, jobs: &ForwardJobs) -> Result<Added, RepositoryError> {
        let repository = self.parts.jobs.repository();
        let mut all = Added::NOTHING;
        for job in &jobs.jobs {
            all = all.and(repository.add(tx, job)?);
        }
        Ok(all)
    }

    /// Tells the targets that want to know it that a fan was erased, in the transaction of the erasure, after the fan's jobs
    /// were dropped. [`Jobs::note_added`] gets the result after the commit.
    ///
    /// These jobs have no subject: they must outlive the erasure.
    ///
    /// # Errors
    /// [`RepositoryError`].
    fn add_erasure_in(
        &self,
        tx: &mut Transaction<'_>,
        fan: Option<FanId>,
        openid: &OpenId,
    ) -> Result<Added, RepositoryError> {
        let now = self.parts.clock.now();
        let mut jobs = ForwardJobs::default();
        for target in self
            .parts
            .targets
            .iter()
            .filter(|target| target.filter.wants_erasures())
        {
            // An app that gets no pushes knows no openid, and learns none.
            let openid = (target.app.is_none() || target.filter.wants_pushes()).then_some(openid);
            let fan = match (&target.app, fan) {
                (Some(app), Some(fan)) => Some(self.pairwise(tx, app, now)?.subject_of(fan)),
                (None, Some(fan)) => Some(fan.to_string()),
                // Somebody who never registered has no name but the openid.
                (_, None) if openid.is_none() => continue,
                (_, None) => None,
            };
            let payload = Payload {
                received_at: now.to_rfc3339(),
                fields: erasure_fields(target.format, &self.parts.app_id, fan.as_deref(), openid, now),
            };
            let job = self.job(JobKind::ForwardErasure, target, None, &payload);
            jobs.jobs
                .push(job.map_err(|error| RepositoryError::Other(error.into()))?);
        }
        self.add_in(tx, &jobs)
    }

    fn pairwise(
        &self,
        tx: &mut Transaction<'_>,
        app: &ApplicationId,
        now: Timestamp,
    ) -> Result<PairwiseSubjects, RepositoryError> {
        let (secrets, random) = (&self.parts.secrets, &self.parts.random);
        let secret = secrets.find_or_make(tx, SecretUse::PairwiseSubjects, random, now)?;
        Ok(PairwiseSubjects::new(&secret, &self.parts.app_id, app.as_str()))
    }

    fn job(
        &self,
        kind: JobKind,
        target: &ForwardTarget,
        subject: Option<&str>,
        payload: &Payload,
    ) -> Result<NewJob, SealError> {
        let name = target.name.as_str();
        let sealed = self.parts.sealer.seal(payload, name)?;
        let job = self.parts.jobs.once(kind, subject.map(str::to_owned), sealed);
        Ok(NewJob {
            target: Some(name.to_owned()),
            ..job
        })
    }
}

impl ErasureListener for ForwardQueue {
    fn fan_erased(&self, tx: &mut Transaction<'_>, fan: &ErasedFan<'_>) -> Result<Vec<Added>, RepositoryError> {
        Ok(vec![self.add_erasure_in(tx, fan.id, fan.openid)?])
    }
}

/// Whether a target names fans by their openid alone.
const fn names_openid_only(format: ForwardFormat) -> bool {
    matches!(format, ForwardFormat::WeChat)
}
