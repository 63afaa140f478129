use crate::{
    domain::Job,
    services::{
        fans::Erasure,
        jobs::{Finished, JobFailure},
    },
};

/// Removes the photos that a fan withdrew, and completes the receipt.
pub async fn run(erasure: &Erasure, job: &Job) -> Result<Finished, JobFailure> {
    erasure.run_photos(job).await
}
