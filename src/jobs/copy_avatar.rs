use crate::{
    domain::Job,
    services::{
        avatars::AvatarCopies,
        jobs::{Finished, JobFailure},
    },
};

/// Copies a fan's avatar from the platform, and removes the copy of the one before.
pub async fn run(copies: &AvatarCopies, job: &Job) -> Result<Finished, JobFailure> {
    copies.run(job).await
}
