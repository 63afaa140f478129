use crate::{
    domain::Job,
    services::{
        fans::Erasure,
        jobs::{Finished, JobFailure},
    },
};

/// Removes what is left of a profile that was emptied, and completes the receipt.
pub async fn run(erasure: &Erasure, job: &Job) -> Result<Finished, JobFailure> {
    erasure.run_profile(job).await
}
