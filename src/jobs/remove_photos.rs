use crate::services::{
    jobs::{Finished, JobFailure},
    photos::PhotoRemoval,
};

/// Removes the objects of photos that were removed, and then their rows.
pub async fn run(removal: &PhotoRemoval) -> Result<Finished, JobFailure> {
    removal.run().await
}
