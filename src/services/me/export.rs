//! What a fan downloads: all that is kept of them, in one ZIP file.
//!
//! The file is made while it is read, one photo after the other, so its memory does not grow with the photos. What was deleted
//! meanwhile is passed over. If storage or database fail in the middle, the file ends without its directory and the response
//! without its end, so that nobody takes the part for the whole.

mod archive;
mod contents;
mod documents;
mod error;

use std::time::Duration;

use self::contents::Contents;
pub use self::error::ExportError;
use crate::{
    audit,
    domain::{AuditAct, AuditActor, AuditEntry, Clock, Deadline, SignIn, TimeZone},
    repositories::{AuditLogRepository, FansRepository, PhotosRepository, Transaction},
    resilience::ConcurrencyLimit,
    services::{StreamedBody, fan_turns::FanTurns},
    storage::Objects,
};

/// How many files are made at once, for one account in one process. Each holds a few photos, so this bounds memory.
const AT_ONCE: usize = 8;

/// How long a fan's phone may take for one piece: a photo, at a few kilobytes a second.
const PAUSE: Duration = Duration::from_secs(60);

/// How long a download may take. A slow one keeps a place that others need.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// The downloads under way of one account in this process. Clones share them.
#[derive(Debug, Clone)]
pub struct ExportLimit {
    fans: FanTurns,
    at_once: ConcurrencyLimit,
}

/// Gives fans of one account what is kept of them.
#[derive(Clone)]
pub struct Exports {
    /// Their rows.
    pub fans: FansRepository,
    /// Their photos, also where photos are not enabled any more.
    pub photos: PhotosRepository,
    /// What was done about them.
    pub audit_log: AuditLogRepository,
    /// Photos and avatars.
    pub objects: Objects,
    /// The account's name.
    pub site: String,
    /// Of the times beside the files.
    pub time_zone: TimeZone,
    /// How much is under way.
    pub limit: ExportLimit,
    /// Dates the file.
    pub clock: Clock,
}

/// What the file says about itself, in the fan's language.
#[derive(Debug, Clone)]
pub struct Readme {
    /// What is in it.
    pub text: String,
    /// Added where photos cannot be read.
    pub photos_missing: String,
}

impl Default for ExportLimit {
    fn default() -> Self {
        Self {
            fans: FanTurns::default(),
            at_once: ConcurrencyLimit::new(AT_ONCE),
        }
    }
}

impl Exports {
    /// Begins a fan's file, which the returned body brings. One at a time for each fan. `guard` is dropped when the file has
    /// ended. Call it on a thread with a `LocalSet`.
    ///
    /// # Errors
    /// [`ExportError`], before anything is sent.
    pub async fn begin(
        &self,
        sign_in: &SignIn,
        readme: Readme,
        guard: impl Sized + 'static,
    ) -> Result<StreamedBody, ExportError> {
        let id = sign_in.fan_id;
        let turn = self.limit.fans.begin(id).ok_or(ExportError::Busy)?;
        let permit = self.limit.at_once.try_acquire().ok_or(ExportError::Busy)?;
        let fan = self.fans.find(id).await?.ok_or(ExportError::FanGone)?;
        // Said now, with a page, and not in the middle of the file.
        self.objects.ping().await?;
        self.note(sign_in).await?;
        let contents = Contents::new(self.clone(), fan, sign_in.clone(), readme);
        let (writer, body) = StreamedBody::new(PAUSE);
        let write = async move {
            let _held = (turn, permit, guard);
            match Deadline::after(LONGEST).run(contents.write(writer)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::info!(fan.id = %id, %error, "a download of a fan's data broke off"),
                Err(_) => tracing::info!(fan.id = %id, "a download of a fan's data took too long"),
            }
        };
        tokio::task::spawn_local(tracing::Instrument::in_current_span(write));
        Ok(body)
    }

    /// Writes down that the fan downloads their data. Without that nothing is sent.
    async fn note(&self, sign_in: &SignIn) -> Result<(), ExportError> {
        let fan = sign_in.fan_id;
        let entry = AuditEntry::new(self.clock.now(), AuditActor::Fan(fan), AuditAct::Export).about(fan);
        let audit_log = self.audit_log.clone();
        let add = move |tx: &mut Transaction<'_>| audit_log.add(tx, &entry);
        self.fans.database().transaction(add).await?;
        audit::export(self.fans.app_id(), fan);
        Ok(())
    }
}
