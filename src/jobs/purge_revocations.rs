use crate::services::{
    jobs::{Finished, JobFailure},
    sessions::RevocationPurge,
};

/// Removes the session revocations that have expired, so that the table does not grow.
pub async fn run(purge: &RevocationPurge) -> Result<Finished, JobFailure> {
    purge.run().await?;
    Ok(Finished::Done)
}
