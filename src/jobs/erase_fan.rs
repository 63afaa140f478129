use crate::{
    domain::Job,
    services::{
        fans::Erasure,
        jobs::{Finished, JobFailure},
    },
};

/// Erases what is kept of a fan whose row is gone, and completes the receipt.
pub async fn run(erasure: &Erasure, job: &Job) -> Result<Finished, JobFailure> {
    erasure.run(job).await
}
