//! `fanpass fans forget`: asks for an erasure, and does it at once, so that no server needs to run.

use std::time::Duration;

use super::{
    FanAdministration,
    erasure::{Removed, Requested},
};
use crate::{
    audit::{self, OperatorAct},
    domain::{Deadline, FanId, FanKey, ReceiptId},
    services::{ServiceError, jobs::JobFailure},
};

/// How long the command waits for a server that does the erasure.
const WAIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(100);

/// What was erased. The fan's row is gone and the sessions ended in any case.
#[derive(Debug)]
pub struct Forgotten {
    /// The fan's id, with which the command can be repeated.
    pub fan: FanId,
    /// Whether there was a row when the command began. There is none now.
    pub had_row: bool,
    /// The number of the receipt. None if the erasure was finished before.
    pub receipt: Option<ReceiptId>,
    /// What went, or why something is left. The servers go on.
    pub removed: Result<Removed, JobFailure>,
}

impl FanAdministration {
    /// Erases a fan. Can be repeated with the id. None: there is no such fan.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond; the erasure may have been asked for all the same.
    pub async fn forget(&self, key: &FanKey) -> Result<Option<Forgotten>, ServiceError> {
        let erasure = &self.parts.erasure;
        let (fan, requested) = match (self.find(key).await?, key) {
            (Some(fan), _) => (fan.id, erasure.request(&fan, self.actor()).await?),
            (None, FanKey::Id(id)) if self.parts.revocations.was_forgotten(*id).await? => (*id, None),
            (None, _) => return Ok(None),
        };
        let had_row = requested.is_some();
        let pending = match requested {
            Some(requested) => Some(requested),
            None => erasure.unfinished(fan).await?,
        };
        let removed = match pending {
            Some(pending) => self.finish(pending).await?,
            None => erasure.erase(fan, false, None).await,
        };
        audit::operator_act(self.account(), OperatorAct::Forget(fan));
        Ok(Some(Forgotten {
            fan,
            had_row,
            receipt: pending.map(|pending| pending.receipt),
            removed,
        }))
    }

    /// Does the job of an erasure, or waits for the process that does it.
    async fn finish(&self, pending: Requested) -> Result<Result<Removed, JobFailure>, ServiceError> {
        let (erasure, jobs) = (&self.parts.erasure, &self.parts.erasure.jobs);
        // One that failed for good is tried again, too.
        jobs.retry(Some(pending.job)).await?;
        if let Some(job) = jobs.claim_one(pending.job).await?
            && let Some(failure) = jobs.run(&job, erasure.run(&job)).await?
        {
            // The answer to the last transaction may have been lost.
            let finished = erasure.finished(pending.receipt).await?;
            return Ok(finished.ok_or(failure));
        }
        let deadline = Deadline::after(WAIT);
        loop {
            if let Some(removed) = erasure.finished(pending.receipt).await? {
                return Ok(Ok(removed));
            }
            if deadline.has_passed() {
                return Ok(Err(JobFailure::new(
                    "a running process has the erasure, and has not finished it; `fanpass jobs list` shows it",
                )));
            }
            tokio::time::sleep(POLL).await;
        }
    }
}
