use crate::services::jobs::{Finished, JobFailure, Jobs};

/// Drops what waited for a target for more than a day: fans' messages are not kept for a system that is away for good.
pub async fn run(jobs: &Jobs) -> Result<Finished, JobFailure> {
    jobs.drop_old().await?;
    Ok(Finished::Done)
}
