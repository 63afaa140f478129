use super::Erasure;
use crate::{
    domain::AuditActor,
    repositories::Transaction,
    services::jobs::{Finished, JobFailure},
};

const SECONDS_PER_DAY: i64 = 24 * 3600;

/// Fans looked up at once.
const BATCH: u16 = 100;

/// Fans of one run. Those left wait for the next, a minute later, so that other jobs and the log of revocations keep up
/// where an operator begins to forget, and many have unfollowed by then.
const FANS_PER_RUN: usize = 1000;

/// Forgets fans who stopped to follow, if the settings say so.
#[derive(Clone)]
pub struct UnfollowedFans {
    /// Erases them.
    pub erasure: Erasure,
    /// Days after which they are forgotten. None: they are kept.
    pub forget_after_days: Option<u32>,
}

impl UnfollowedFans {
    /// Asks for the erasure of those whose time is over and who did not come back: who neither follow nor signed in since.
    ///
    /// # Errors
    /// [`JobFailure`]: the next run goes on.
    pub async fn run(&self) -> Result<Finished, JobFailure> {
        let Some(days) = self.forget_after_days else {
            return Ok(Finished::Done);
        };
        let erasure = &self.erasure;
        let before = erasure.clock.now().plus_seconds(-i64::from(days) * SECONDS_PER_DAY);
        let mut forgotten = 0;
        while forgotten < FANS_PER_RUN {
            let fans = erasure.fans.unfollowed(before, BATCH).await?;
            if fans.is_empty() {
                break;
            }
            for (fan, openid) in fans {
                let own = erasure.fans.clone();
                // They may come back at this very moment.
                let remove = move |tx: &mut Transaction<'_>| own.remove_unfollowed(tx, fan, before);
                let requested = erasure.request_if((fan, openid), AuditActor::Fanpass, remove).await?;
                forgotten += usize::from(requested.is_some());
            }
        }
        if forgotten > 0 {
            tracing::info!(fans = forgotten, "fans who unfollowed are being forgotten");
        }
        Ok(Finished::Done)
    }
}
