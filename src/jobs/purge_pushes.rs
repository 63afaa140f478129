use crate::services::{
    jobs::{Finished, JobFailure},
    push::PushPurge,
};

/// Removes the receipts of pushes that the platform does not repeat any more.
pub async fn run(purge: &PushPurge) -> Result<Finished, JobFailure> {
    purge.run().await?;
    Ok(Finished::Done)
}
