use super::Jobs;
use crate::{
    domain::{AuditAct, JobId, JobKind},
    repositories::{JobRecord, JobsStatus, RepositoryError, Transaction},
    services::ServiceError,
    telemetry,
};

/// Kinds whose jobs are parts of an erasure that was asked for.
const ERASURES: [JobKind; 4] = [
    JobKind::EraseFan,
    JobKind::EraseProfile,
    JobKind::ErasePhotos,
    JobKind::ForwardErasure,
];

/// Kinds that an operator does not drop: an erasure that was asked for is done, and so is the removal of photos. What a target is told may be dropped, for the
/// target may be no more.
const KEPT: &[JobKind] = &[
    JobKind::EraseFan,
    JobKind::EraseProfile,
    JobKind::ErasePhotos,
    JobKind::RemovePhotos,
    JobKind::RemoveUnnamedObjects,
];

/// The operators' commands, metrics and health.
impl Jobs {
    /// The next jobs after the id `after`, in the order in which they were added. An empty page means the end.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn page(&self, after: Option<String>) -> Result<Vec<JobRecord>, ServiceError> {
        Ok(self.repository.page(after, 1000).await?)
    }

    /// Lets one job run at once, or every one that failed for good. Returns how many.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn retry(&self, which: Option<JobId>) -> Result<usize, ServiceError> {
        let (repository, now) = (self.repository.clone(), self.clock.now());
        let work = move |tx: &mut Transaction<'_>| repository.retry(tx, which, now);
        Ok(self.audited(AuditAct::JobsRetry, which, work).await?)
    }

    /// Drops one job, or every one that failed for good. Erasures and work that repeats stay. Returns how many.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn drop(&self, which: Option<JobId>) -> Result<usize, ServiceError> {
        let repository = self.repository.clone();
        let work = move |tx: &mut Transaction<'_>| repository.drop(tx, which, KEPT);
        Ok(self.audited(AuditAct::JobsDrop, which, work).await?)
    }

    /// Does something to jobs and, if that concerned any, writes it to the audit log in the same transaction.
    async fn audited(
        &self,
        act: AuditAct,
        which: Option<JobId>,
        work: impl Fn(&mut Transaction<'_>) -> Result<usize, RepositoryError> + Send + 'static,
    ) -> Result<usize, RepositoryError> {
        let (operator, now) = (self.operator.clone(), self.clock.now());
        let audited = move |tx: &mut Transaction<'_>| {
            let count = work(tx)?;
            if let Some(operator) = operator.as_ref().filter(|_| count > 0) {
                let entry = operator.entry(now, act);
                let entry = entry.with("jobs", i64::try_from(count).unwrap_or(i64::MAX));
                let entry = match which {
                    Some(job) => entry.with("job", job),
                    None => entry,
                };
                operator.add(tx, &entry)?;
            }
            Ok(count)
        };
        self.repository.database().transaction(audited).await
    }

    /// How many jobs wait, how late the oldest is, and how many failed. Sets the metrics, those of unfinished erasures among
    /// them.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn status(&self) -> Result<JobsStatus, RepositoryError> {
        let now = self.clock.now();
        let status = self.repository.status(now).await?;
        let erasures = self.repository.unfinished(&ERASURES, now).await?;
        telemetry::metrics()
            .erasures(self.repository.app_id())
            .set_unfinished(erasures.count, erasures.oldest_seconds);
        telemetry::metrics()
            .jobs
            .set_status(status.waiting, status.oldest_due_seconds, status.failed);
        Ok(status)
    }
}
