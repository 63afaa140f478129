use crate::services::{
    daily_counts::DailyCountsUpkeep,
    jobs::{Finished, JobFailure},
};

/// Closes the days that are over. It looks every ten minutes, and mostly there is none.
pub async fn run(counts: &DailyCountsUpkeep) -> Result<Finished, JobFailure> {
    counts.run().await?;
    Ok(Finished::Done)
}
