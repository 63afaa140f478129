use crate::{
    domain::Job,
    services::{
        jobs::{Finished, JobFailure},
        photos::UnnamedObjects,
    },
};

/// Removes the objects of an upload, unless a row names them.
pub async fn run(unnamed: &UnnamedObjects, job: &Job) -> Result<Finished, JobFailure> {
    unnamed.run(job).await
}
