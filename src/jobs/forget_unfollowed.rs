use crate::services::{
    fans::UnfollowedFans,
    jobs::{Finished, JobFailure},
};

/// Asks for the erasure of fans who unfollowed and did not come back.
pub async fn run(unfollowed: &UnfollowedFans) -> Result<Finished, JobFailure> {
    unfollowed.run().await
}
