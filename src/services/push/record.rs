//! Writes a push down: that it was seen, what it changes, and what is to be passed on, in one transaction.

use std::sync::Arc;

use super::{
    effect::Effect,
    forward::{ForwardQueue, ForwardedPush},
    receive::{PushStamp, ReceivedPush},
    understood::Understood,
};
use crate::{
    domain::{
        AuditActor, Clock, ErrorChain, FollowEvent, JobId, OpenIdHash, ProfileErasure, PushHash, Random, ReplyContent,
        Timestamp,
    },
    repositories::{
        AccountSecretsRepository, Added, FansRepository, NewPushReceipt, PushReceiptsRepository, RepositoryError,
        SecretUse, Transaction, Use, UsedOnceKind, UsedOnceRepository,
    },
    services::{
        fans::{Erasure, ErasureRequest},
        jobs::Jobs,
        sealing::Sealer,
    },
    telemetry::events::{AccountEvents, Event},
};

/// How long a receipt is kept beyond the time in which its timestamp is accepted. The platform tries again for 15 seconds.
const RECEIPT_MARGIN_SECONDS: i64 = 600;

/// Writes the pushes of one account down.
#[derive(Clone)]
pub struct PushRecords(Arc<PushRecordsParts>);

/// What [`PushRecords`] are made of.
pub struct PushRecordsParts {
    /// The pushes of the last minutes.
    pub receipts: PushReceiptsRepository,
    /// Timestamps and nonces.
    pub used_once: UsedOnceRepository,
    /// The secret under which openids and pushes are hashed.
    pub secrets: AccountSecretsRepository,
    /// The rows that an event changes.
    pub fans: FansRepository,
    /// Erases fans and profiles.
    pub erasure: Erasure,
    /// Wakes the runner.
    pub jobs: Jobs,
    /// What is passed on.
    pub forwards: ForwardQueue,
    /// Seals answers.
    pub sealer: Sealer,
    /// Counts those who follow.
    pub events: AccountEvents,
    /// How far a timestamp may be from our clock.
    pub max_age_seconds: i64,
    /// Dates what is written.
    pub clock: Clock,
    /// Makes the secret.
    pub random: Random,
}

/// What to answer, as far as it is known before the push is written down.
#[derive(Debug, Clone)]
pub(super) enum Planned {
    /// This, or nothing.
    Known(Option<ReplyContent>),
    /// What the answering target says.
    AskTarget,
}

/// How a push was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recorded {
    /// For the first time.
    New {
        /// By which its answer is found.
        hash: PushHash,
        /// The job that asks the answering target.
        asked: Option<JobId>,
    },
    /// It had been before.
    Repeated(PushHash),
    /// Another one has its timestamp and nonce.
    NonceTaken,
}

/// What a transaction caused besides.
#[derive(Default)]
struct Caused {
    added: Added,
    erasures: Vec<ErasureRequest>,
}

/// A push, for the closure of the transaction.
struct Entry {
    push: ReceivedPush,
    understood: Understood,
    planned: Planned,
}

impl PushRecords {
    /// Assembles the service.
    pub fn new(parts: PushRecordsParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Writes a push down, and what it causes.
    ///
    /// # Errors
    /// [`RepositoryError`]: nothing was written, or nobody knows.
    pub(super) async fn record(
        &self,
        push: &ReceivedPush,
        understood: &Understood,
        planned: Planned,
    ) -> Result<Recorded, RepositoryError> {
        let (records, is_follow) = (self.clone(), understood.follow());
        let entry = Entry {
            push: push.clone(),
            understood: understood.clone(),
            planned,
        };
        let work = move |tx: &mut Transaction<'_>| records.write(tx, &entry);
        let (recorded, caused) = self.0.receipts.database().transaction(work).await?;
        if let Recorded::New { .. } = recorded {
            self.0.jobs.note_added(caused.added);
            caused
                .erasures
                .iter()
                .for_each(|request| self.0.erasure.note_requested(request));
            match is_follow {
                Some(FollowEvent::Subscribed { .. }) => self.0.events.record(Event::Followed),
                Some(FollowEvent::Unsubscribed) => self.0.events.record(Event::Unfollowed),
                Some(FollowEvent::Seen) | None => {}
            }
        }
        Ok(recorded)
    }

    fn write(&self, tx: &mut Transaction<'_>, entry: &Entry) -> Result<(Recorded, Caused), RepositoryError> {
        let parts = &self.0;
        let (now, understood) = (parts.clock.now(), &entry.understood);
        let usage = SecretUse::ErasureReceipts;
        let secret = parts.secrets.find_or_make(tx, usage, &parts.random, now)?;
        let hash_of = |usage, what: &[u8]| PushHash::new(&secret, usage, what).ok_or_else(no_secret);
        if !self.take_stamp_in(tx, &secret, &entry.push.stamp())? {
            return Ok((Recorded::NonceTaken, Caused::default()));
        }
        let expires_at = self.expires_at();
        let hash = hash_of("push", understood.message.identity().as_bytes())?;
        // What is about a fan and comes from the platform stays when the fan is erased: it is what erases them.
        let sender = understood.sender.as_ref().filter(|_| !understood.is_from_platform());
        let subject = sender.and_then(|sender| OpenIdHash::new(&secret, sender));
        let subject = subject.as_ref().map(OpenIdHash::as_str);
        let answer = match &entry.planned {
            Planned::Known(reply) => Some(self.seal(reply.as_ref(), &hash)?),
            Planned::AskTarget => None,
        };
        let receipt = NewPushReceipt {
            hash: &hash,
            subject,
            answer: answer.as_deref(),
            expires_at,
        };
        if !parts.receipts.add(tx, &receipt)? {
            return Ok((Recorded::Repeated(hash), Caused::default()));
        }
        let at = Effect::at(&understood.message, now);
        let effect = understood.effect.as_ref();
        let erasures = effect
            .map(|effect| self.apply(tx, effect, at))
            .transpose()?
            .unwrap_or_default();
        let pushed = ForwardedPush {
            message: &understood.message,
            kind: &understood.kind,
            subject,
            received_at: now,
        };
        let is_asking = matches!(entry.planned, Planned::AskTarget);
        let jobs = parts.forwards.jobs_for(&pushed, is_asking);
        let jobs = jobs.map_err(|error| RepositoryError::Other(error.into()))?;
        let added = parts.forwards.add_in(tx, &jobs)?;
        let asked = jobs.answering();
        Ok((Recorded::New { hash, asked }, Caused { added, erasures }))
    }

    /// Uses up the timestamp and nonce of what changes nothing. False: another message had them.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub(super) async fn take_stamp(&self, stamp: PushStamp) -> Result<bool, RepositoryError> {
        let records = self.clone();
        let work = move |tx: &mut Transaction<'_>| {
            let (parts, now) = (&records.0, records.0.clock.now());
            let secret = parts
                .secrets
                .find_or_make(tx, SecretUse::ErasureReceipts, &parts.random, now)?;
            records.take_stamp_in(tx, &secret, &stamp)
        };
        self.0.receipts.database().transaction(work).await
    }

    /// A timestamp and nonce fit one message: the plain signature does not cover what it says.
    fn take_stamp_in(
        &self,
        tx: &mut Transaction<'_>,
        secret: &[u8],
        stamp: &PushStamp,
    ) -> Result<bool, RepositoryError> {
        let hash_of = |usage, what: &[u8]| PushHash::new(secret, usage, what).ok_or_else(no_secret);
        let used = format!("{}\n{}", stamp.timestamp, stamp.nonce);
        let (used, body) = (hash_of("nonce", used.as_bytes())?, hash_of("body", &stamp.body)?);
        let one = Use {
            kind: UsedOnceKind::PushNonce,
            hash: used.as_str(),
            result: body.as_str(),
            expires_at: self.expires_at(),
        };
        let before = self.0.used_once.take(tx, &one)?;
        Ok(before.is_none_or(|before| before == body.as_str()))
    }

    /// Later than any moment at which the same push would be accepted: its timestamp may be ahead of our clock.
    fn expires_at(&self) -> Timestamp {
        let seconds = self.0.max_age_seconds.saturating_mul(2);
        self.0
            .clock
            .now()
            .plus_seconds(seconds.saturating_add(RECEIPT_MARGIN_SECONDS))
    }

    fn apply(
        &self,
        tx: &mut Transaction<'_>,
        effect: &Effect,
        at: Timestamp,
    ) -> Result<Vec<ErasureRequest>, RepositoryError> {
        let (parts, by) = (&self.0, AuditActor::Platform);
        Ok(match effect {
            Effect::Follow(openid, event) => {
                let _is_known = parts.fans.note_follow_event(tx, openid, event, at)?;
                Vec::new()
            }
            Effect::EraseProfile(openid, why) => vec![parts.erasure.request_profile_in(tx, openid, *why)?],
            Effect::ErasePhotos(openid) => vec![parts.erasure.request_photos_in(tx, openid)?],
            Effect::EraseProfileAndPhotos(openid) => vec![
                parts
                    .erasure
                    .request_profile_in(tx, openid, ProfileErasure::Withdrawn)?,
                parts.erasure.request_photos_in(tx, openid)?,
            ],
            Effect::Erase(openid) => vec![parts.erasure.request_in(tx, openid, &by)?],
        })
    }

    /// The answer to a push that was written down before. None: there is none yet. `Some(None)`: nothing was replied.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub(super) async fn answer(&self, hash: &PushHash) -> Result<Option<Option<ReplyContent>>, RepositoryError> {
        let sealed = self.0.receipts.answer(hash).await?;
        Ok(sealed.map(|sealed| self.0.sealer.open(&sealed, hash.as_str()).flatten()))
    }

    /// Keeps an answer for when the push is repeated.
    pub(super) async fn store_answer(&self, hash: &PushHash, reply: Option<&ReplyContent>) {
        let stored = match self.seal(reply, hash) {
            Ok(sealed) => self.0.receipts.set_answer(hash, sealed).await,
            Err(error) => Err(error),
        };
        if let Err(error) = stored {
            // If the platform tries again, it gets `success`.
            tracing::info!(database.error = %ErrorChain(&error), "the answer to a push was not kept");
        }
    }

    fn seal(&self, reply: Option<&ReplyContent>, hash: &PushHash) -> Result<String, RepositoryError> {
        let sealed = self.0.sealer.seal(&reply, hash.as_str());
        sealed.map_err(|error| RepositoryError::Other(error.into()))
    }
}

fn no_secret() -> RepositoryError {
    RepositoryError::Other("the account's secret cannot hash a push".into())
}
