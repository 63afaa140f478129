use crate::{
    domain::Job,
    services::{
        jobs::{Finished, JobFailure},
        push::forward::ForwardSender,
    },
};

/// Passes a push, or the news of an erased fan, on to its target.
pub async fn run(sender: &ForwardSender, job: &Job) -> Result<Finished, JobFailure> {
    sender.send(job).await
}
