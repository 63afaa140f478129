//! Who may spend a code. A code is known here by its fingerprint only.
//!
//! Each code has one entry per tier: first the memory of this process, then the cache that all replicas share. While
//! the shared cache is down the first tier still keeps one process from spending a code twice.
//!
//! | entry | lives | means |
//! |---|---|---|
//! | held | a lease, renewed | somebody spends the code just now |
//! | granted | 5 minutes | the code is spent; whoever holds the lease beside it completes the login |
//! | finished | 10 minutes | the outcome, sealed for the login's state |
//!
//! A lease is its holder's name and nothing else, and it ends where it is kept: no two clocks are ever compared, and
//! a renewal that was written without an answer does no harm.

mod claim;
mod entry;

use std::{convert::Infallible, future::Future, time::Duration};

pub use self::claim::Claim;
use self::entry::Entry;
use crate::{
    cache::{Cache, CacheError},
    domain::{Deadline, Random},
};

/// How long the outcome of a code is remembered: as long as a pending login that could ask for it.
const OUTCOME_LIFE: Duration = Duration::from_secs(600);

/// How long a grant whose login could not be completed is kept.
const GRANT_LIFE: Duration = Duration::from_secs(300);

/// How often a waiting request looks again.
const POLL: Duration = Duration::from_millis(25);

/// Renewals per lease. With the longest lease, one that fails leaves time for another after the cache's pause.
const RENEWALS: u32 = 4;

/// Claims on codes.
#[derive(Clone)]
pub struct CodeClaims {
    tiers: Vec<Cache>,
    random: Random,
    lease: Duration,
}

/// What asking for a code led to.
pub enum Acquired {
    /// The asker may spend it, or complete the login whose grant was left behind.
    Mine(Claim),
    /// It was spent; this is the sealed outcome.
    Completed(String),
    /// Another request held it until the deadline, and may still finish.
    UnderWay,
}

/// What asking one tier led to.
enum Taken {
    /// The lease is the asker's.
    Lease(Option<String>),
    Completed(String),
    ByAnother,
    /// The tier does not answer: what holds without it must do.
    NoAnswer,
}

impl CodeClaims {
    /// Claims over `tiers`, from the nearest to the one that is shared most widely. `timeout` is the deadline of a
    /// request: a claim whose holder died is free again well within it.
    pub fn new(tiers: Vec<Cache>, random: Random, timeout: Duration) -> Self {
        let lease = (timeout / 2).clamp(Duration::from_millis(300), Duration::from_millis(2500));
        Self { tiers, random, lease }
    }

    /// Waits until the code is free, finished, or the deadline passes.
    pub async fn acquire(&self, fingerprint: &str, deadline: Deadline) -> Acquired {
        let holder = hex::encode(self.random.bytes::<8>());
        let mut claim = Claim::new(fingerprint, holder);
        for tier in &self.tiers {
            let taken = self.hold(&claim, self.take(tier, &claim, deadline)).await;
            match taken {
                Taken::Lease(grant) => claim.add(tier, grant),
                Taken::NoAnswer => {}
                Taken::Completed(outcome) => {
                    self.finish(&claim, &outcome, true).await;
                    return Acquired::Completed(outcome);
                }
                Taken::ByAnother => {
                    self.release(&claim).await;
                    return Acquired::UnderWay;
                }
            }
        }
        Acquired::Mine(claim)
    }

    /// Runs `work` and renews the claim beside it. Work of any size comes in a box: it would count here twice.
    pub async fn hold<T>(&self, claim: &Claim, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            result = work => result,
            never = self.keep_renewing(claim) => match never {},
        }
    }

    async fn keep_renewing(&self, claim: &Claim) -> Infallible {
        loop {
            tokio::time::sleep(self.lease / RENEWALS).await;
            for tier in claim.tiers() {
                note(self.renew(tier, claim).await);
            }
        }
    }

    /// Leaves a sealed grant with the claim: whoever comes after a dead holder completes the login, and need not spend
    /// the code again.
    pub async fn save_grant(&self, claim: &mut Claim, grant: String) {
        let entry = Entry::granted(&grant);
        for tier in claim.tiers() {
            // The lease beside the entry comes first: nobody may find the grant and think it free.
            note(tier.put(&claim.completion_key(), claim.held(), self.lease).await);
            note(tier.put(&claim.code_key(), &entry, GRANT_LIFE).await);
        }
        claim.set_saved_grant(grant);
    }

    /// Records the outcome. One that `overrules` also replaces what another holder recorded after this one was taken
    /// for dead.
    pub async fn finish(&self, claim: &Claim, outcome: &str, overrules: bool) {
        let (key, entry) = (claim.code_key(), Entry::finished(outcome));
        for tier in claim.tiers() {
            if overrules {
                note(tier.put(&key, &entry, OUTCOME_LIFE).await);
            } else {
                note(tier.put_if_equal(&key, &claim.current(), &entry, OUTCOME_LIFE).await);
            }
        }
    }

    /// Gives the claim up without an outcome; a grant that was left behind stays for its time.
    pub async fn release(&self, claim: &Claim) {
        for tier in claim.tiers() {
            note(tier.remove_if_equal(&claim.lease_key(), claim.held()).await);
        }
    }

    /// A lease that ran out while the cache was away is taken again, unless somebody else has it by now.
    async fn renew(&self, tier: &Cache, claim: &Claim) -> Result<(), CacheError> {
        let (key, held) = (claim.lease_key(), claim.held());
        if !tier.put_if_equal(&key, held, held, self.lease).await? {
            tier.put_if_absent(&key, held, self.lease).await?;
        }
        Ok(())
    }

    async fn take(&self, tier: &Cache, claim: &Claim, deadline: Deadline) -> Taken {
        loop {
            let limit = deadline.remaining() / 4;
            match tokio::time::timeout(limit, self.try_take(tier, claim)).await {
                Ok(Ok(Taken::ByAnother)) if deadline.remaining() > POLL => tokio::time::sleep(POLL).await,
                Ok(Ok(taken)) => return taken,
                Ok(Err(error)) => {
                    note(Err::<(), _>(error));
                    return Taken::NoAnswer;
                }
                Err(_) if deadline.remaining() > POLL => return Taken::NoAnswer,
                Err(_) => return Taken::ByAnother,
            }
        }
    }

    async fn try_take(&self, tier: &Cache, claim: &Claim) -> Result<Taken, CacheError> {
        let held = claim.held();
        let Some(there) = tier.put_if_absent(&claim.code_key(), held, self.lease).await? else {
            return Ok(Taken::Lease(None));
        };
        match Entry::decode(&there) {
            Some(Entry::Completed(outcome)) => Ok(Taken::Completed(outcome)),
            Some(Entry::GrantSaved(grant)) => {
                let other = tier.put_if_absent(&claim.completion_key(), held, self.lease).await?;
                Ok(if other.is_none() {
                    Taken::Lease(Some(grant))
                } else {
                    Taken::ByAnother
                })
            }
            // An answer that was lost: the lease is ours already.
            Some(Entry::Leased) if there == held => Ok(Taken::Lease(None)),
            Some(Entry::Leased) | None => Ok(Taken::ByAnother),
        }
    }
}

/// The cache itself logs an outage, once; here it is of no consequence.
fn note<T>(result: Result<T, CacheError>) {
    if let Err(error) = result {
        tracing::debug!(cache.error = %error, "a claim was not written");
    }
}

#[cfg(test)]
mod tests;
