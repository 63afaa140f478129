//! Decides which request may spend a code. Only the code's fingerprint is known here.
//!
//! Each code has one entry per tier: first in the memory of this process, then in the cache that all replicas share.
//! While the shared cache is down, the first tier still keeps one process from spending a code twice.
//!
//! | entry | TTL | meaning |
//! |---|---|---|
//! | leased | a lease, renewed | a request is spending the code |
//! | grant saved | 5 minutes | the code is spent; the owner of the lease under the completion key completes the login |
//! | completed | 10 minutes | the outcome, sealed for the login's state |
//!
//! A lease contains only its owner's name, and expires where it is stored. So no two clocks are compared, and a renewal
//! whose response was lost can be repeated.

mod claim;
mod entry;

use std::time::Duration;

pub use self::claim::Claim;
use self::entry::Entry;
use crate::{
    cache::{Cache, CacheError},
    domain::{Deadline, Random},
    services::lease::{Lease, with_lease_renewal},
};

/// How long the outcome of a code is kept: the TTL of a pending login, which may ask for it.
const OUTCOME_TTL: Duration = Duration::from_secs(600);

/// How long the grant of a login that could not be completed is kept.
const GRANT_TTL: Duration = Duration::from_secs(300);

/// How long a waiting request pauses between two attempts.
const POLL: Duration = Duration::from_millis(25);

/// Gives out the claims on codes.
#[derive(Clone)]
pub struct CodeClaims {
    tiers: Vec<Cache>,
    random: Random,
    lease_ttl: Duration,
}

/// What a request for a code led to.
pub enum Acquired {
    /// The request may spend the code, or complete the login whose grant was saved.
    Mine(Claim),
    /// The code was spent; this is the sealed outcome.
    Completed(String),
    /// Another request still had the code at the deadline, and may finish later.
    UnderWay,
}

/// What a request for a code led to in one tier.
enum TierResult {
    Leased {
        lease: Box<Lease>,
        saved_grant: Option<String>,
    },
    Completed(String),
    UnderWay,
    /// The cache failed: the login does without it.
    Failed,
}

impl CodeClaims {
    /// Claims in `tiers`, from the memory of this process to the shared cache. `timeout` is the time limit of a request: a
    /// claim whose owner died is free again well before it.
    pub fn new(tiers: Vec<Cache>, random: Random, timeout: Duration) -> Self {
        let lease_ttl = (timeout / 2).clamp(Duration::from_millis(300), Duration::from_millis(2500));
        Self {
            tiers,
            random,
            lease_ttl,
        }
    }

    /// Waits until the code is free or completed, or the deadline passes.
    pub async fn acquire(&self, fingerprint: &str, deadline: Deadline) -> Acquired {
        let holder = hex::encode(self.random.bytes::<8>());
        let mut claim = Claim::new(fingerprint, &holder);
        for tier in &self.tiers {
            match with_lease_renewal(claim.leases(), self.acquire_in(tier, &claim, deadline)).await {
                TierResult::Leased { lease, saved_grant } => claim.add(*lease, saved_grant),
                TierResult::Failed => {}
                TierResult::Completed(outcome) => {
                    self.complete(&claim, &outcome, true).await;
                    return Acquired::Completed(outcome);
                }
                TierResult::UnderWay => {
                    claim.release().await;
                    return Acquired::UnderWay;
                }
            }
        }
        Acquired::Mine(claim)
    }

    /// Saves a sealed grant with the claim. If this owner dies, the next one completes the login without spending the code
    /// again.
    pub async fn save_grant(&self, claim: &mut Claim, grant: String) {
        let (code_key, completion_key) = (claim.code_key(), claim.completion_key());
        let entry = Entry::grant_saved(&grant);
        for lease in claim.leases_mut() {
            // The lease moves first, so that no other request finds the grant without an owner.
            lease.move_to(completion_key.clone()).await;
            log_failure(lease.cache().put(&code_key, &entry, GRANT_TTL).await);
        }
        claim.set_saved_grant(grant);
    }

    /// Records the outcome. One that `overrules` also replaces the outcome of another request that acquired the claim
    /// because this one seemed dead.
    pub async fn complete(&self, claim: &Claim, outcome: &str, overrules: bool) {
        let (key, entry) = (claim.code_key(), Entry::completed(outcome));
        for lease in claim.leases() {
            let tier = lease.cache();
            if overrules {
                log_failure(tier.put(&key, &entry, OUTCOME_TTL).await);
            } else {
                let current = claim.entry_of(lease);
                log_failure(tier.put_if_equal(&key, &current, &entry, OUTCOME_TTL).await);
            }
        }
    }

    async fn acquire_in(&self, tier: &Cache, claim: &Claim, deadline: Deadline) -> TierResult {
        loop {
            let limit = deadline.remaining() / 4;
            match tokio::time::timeout(limit, self.try_acquire_in(tier, claim)).await {
                Ok(Ok(TierResult::UnderWay)) if deadline.remaining() > POLL => tokio::time::sleep(POLL).await,
                Ok(Ok(result)) => return result,
                Ok(Err(error)) => {
                    log_failure(Err::<(), _>(error));
                    return TierResult::Failed;
                }
                Err(_) if deadline.remaining() > POLL => return TierResult::Failed,
                Err(_) => return TierResult::UnderWay,
            }
        }
    }

    async fn try_acquire_in(&self, tier: &Cache, claim: &Claim) -> Result<TierResult, CacheError> {
        let lease = self.lease(tier, claim.code_key(), claim);
        let Some(there) = lease.try_acquire().await? else {
            return Ok(TierResult::Leased {
                lease: Box::new(lease),
                saved_grant: None,
            });
        };
        match Entry::decode(&there) {
            Some(Entry::Completed(outcome)) => Ok(TierResult::Completed(outcome)),
            Some(Entry::GrantSaved(grant)) => {
                let lease = self.lease(tier, claim.completion_key(), claim);
                Ok(match lease.try_acquire().await? {
                    None => TierResult::Leased {
                        lease: Box::new(lease),
                        saved_grant: Some(grant),
                    },
                    Some(_) => TierResult::UnderWay,
                })
            }
            Some(Entry::Leased) | None => Ok(TierResult::UnderWay),
        }
    }

    fn lease(&self, tier: &Cache, key: String, claim: &Claim) -> Lease {
        Lease::new(tier.clone(), key, claim.holder().to_vec(), self.lease_ttl)
    }
}

/// The cache logs an outage itself, once. The login works on without it.
fn log_failure<T>(result: Result<T, CacheError>) {
    if let Err(error) = result {
        tracing::debug!(cache.error = %error, "a claim was not written");
    }
}

#[cfg(test)]
mod tests;
