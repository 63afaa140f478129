use crate::services::{
    account_tokens::AccountTokens,
    jobs::{Finished, JobFailure},
};

/// Renews the account's token and ticket in their last five minutes, once somebody has asked for them.
pub async fn run(tokens: &AccountTokens) -> Result<Finished, JobFailure> {
    // Why it failed is logged already, and the next round tries again.
    match tokens.renew().await {
        Ok(()) => Ok(Finished::Done),
        Err(error) => Err(JobFailure::new(error.to_string())),
    }
}
