//! Who may spend a code. A code is known here by its fingerprint only.
//!
//! Each code has one entry per tier: first the memory of this process, then the cache that all replicas share. While
//! the shared cache is down the first tier still keeps one process from spending a code twice.

use std::{future::Future, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    cache::{Cache, CacheError},
    domain::{Clock, Deadline, Entropy, EntropyError},
};

/// How long the outcome of a code is remembered: as long as a pending login that could ask for it.
const OUTCOME_LIFE: Duration = Duration::from_secs(600);

/// How long a grant whose login could not be completed is kept.
const GRANT_LIFE: Duration = Duration::from_secs(300);

/// How often a waiting request looks again.
const POLL: Duration = Duration::from_millis(25);

/// Claims on codes.
#[derive(Clone)]
pub struct CodeClaims {
    tiers: Vec<Cache>,
    clock: Clock,
    entropy: Entropy,
    lease: Duration,
}

/// What asking for a code led to.
pub enum Acquired {
    /// The asker may spend it.
    Mine(Claim),
    /// It was spent; this is the sealed outcome.
    Finished(String),
    /// Another request held it until the deadline.
    TimedOut,
}

/// The right to spend one code, for as long as it is renewed.
pub struct Claim {
    key: String,
    holder: String,
    /// The sealed grant that an earlier holder left behind.
    pub left_behind: Option<String>,
    /// What stands in each tier for this claim; none where the tier does not answer.
    held: Vec<Option<Vec<u8>>>,
}

#[derive(Serialize, Deserialize)]
enum Entry {
    #[serde(rename = "h")]
    Held {
        #[serde(rename = "b")]
        holder: String,
        #[serde(rename = "u")]
        until_millis: u64,
        #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
        grant: Option<String>,
    },
    #[serde(rename = "f")]
    Finished(String),
}

enum Taken {
    Mine {
        entry: Vec<u8>,
        left_behind: Option<String>,
    },
    Finished(String),
    ByAnother,
}

impl CodeClaims {
    /// Claims over `tiers`, from the nearest to the one that is shared most widely. `timeout` is the deadline of a
    /// request: a claim whose holder died is free again well within it.
    pub fn new(tiers: Vec<Cache>, clock: Clock, entropy: Entropy, timeout: Duration) -> Self {
        let lease = (timeout / 3).clamp(Duration::from_millis(300), Duration::from_secs(2));
        Self {
            tiers,
            clock,
            entropy,
            lease,
        }
    }

    /// Waits until the code is free, finished, or the deadline passes.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub async fn acquire(&self, fingerprint: &str, deadline: Deadline) -> Result<Acquired, EntropyError> {
        let holder = hex::encode(self.entropy.bytes::<8>()?);
        let key = format!("code:{fingerprint}");
        let mut claim = Claim {
            key,
            holder,
            left_behind: None,
            held: Vec::new(),
        };
        for tier in &self.tiers {
            match self.take(tier, &mut claim, deadline).await {
                Some(Taken::Mine { entry, left_behind }) => {
                    claim.held.push(Some(entry));
                    claim.left_behind = left_behind.or(claim.left_behind);
                }
                Some(Taken::Finished(outcome)) => {
                    self.finish(&mut claim, &outcome, true).await;
                    return Ok(Acquired::Finished(outcome));
                }
                Some(Taken::ByAnother) => {
                    self.release(&mut claim).await;
                    return Ok(Acquired::TimedOut);
                }
                // The tier does not answer: what holds without it must do.
                None => claim.held.push(None),
            }
        }
        Ok(Acquired::Mine(claim))
    }

    /// Runs `work` and renews the claim meanwhile.
    pub async fn hold<T>(&self, claim: &mut Claim, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                () = tokio::time::sleep(self.lease / 3) => self.renew(claim).await,
            }
        }
    }

    /// Leaves a sealed grant with the claim, so that whoever comes after a dead holder need not spend the code again.
    pub async fn leave_behind(&self, claim: &mut Claim, grant: String) {
        claim.left_behind = Some(grant);
        self.renew(claim).await;
    }

    /// Records the outcome and gives the claim up. An outcome that `overrules` also replaces what another holder
    /// recorded after this one was taken for dead.
    pub async fn finish(&self, claim: &mut Claim, outcome: &str, overrules: bool) {
        let Some(entry) = encode(&Entry::Finished(outcome.to_owned())) else {
            return;
        };
        for (tier, held) in self.tiers.iter().zip(&claim.held) {
            let Some(held) = held else { continue };
            let written = match tier.put_if_equal(&claim.key, held, &entry, OUTCOME_LIFE).await {
                Ok(false) if overrules => tier.put(&claim.key, &entry, OUTCOME_LIFE).await,
                other => other.map(|_| ()),
            };
            note(written);
        }
    }

    /// Gives the claim up without an outcome; a grant that was left behind stays for a while.
    pub async fn release(&self, claim: &mut Claim) {
        let free = self.entry(claim, Duration::ZERO);
        for (tier, held) in self.tiers.iter().zip(&claim.held) {
            let Some(held) = held else { continue };
            let released = match (&claim.left_behind, &free) {
                (Some(_), Some(free)) => tier.put_if_equal(&claim.key, held, free, GRANT_LIFE).await,
                _ => tier.remove_if_equal(&claim.key, held).await,
            };
            note(released);
        }
    }

    async fn renew(&self, claim: &mut Claim) {
        let Some(entry) = self.entry(claim, self.lease) else {
            return;
        };
        let life = self.entry_life(claim.left_behind.as_ref());
        for (tier, held) in self.tiers.iter().zip(&mut claim.held) {
            let Some(current) = held else { continue };
            match tier.put_if_equal(&claim.key, current, &entry, life).await {
                Ok(true) => current.clone_from(&entry),
                // Taken over meanwhile: from here on this tier is somebody else's.
                Ok(false) => {}
                Err(error) => note(Err::<(), _>(error)),
            }
        }
    }

    /// None: the tier does not answer. `ByAnother`: it was not free before the deadline.
    async fn take(&self, tier: &Cache, claim: &mut Claim, deadline: Deadline) -> Option<Taken> {
        loop {
            match self.try_take(tier, claim).await {
                Ok(Taken::ByAnother) if deadline.remaining() > POLL => {
                    tokio::time::sleep(POLL).await;
                    self.renew(claim).await;
                }
                Ok(taken) => return Some(taken),
                Err(error) => {
                    note(Err::<(), _>(error));
                    return None;
                }
            }
        }
    }

    async fn try_take(&self, tier: &Cache, claim: &Claim) -> Result<Taken, CacheError> {
        let Some(mine) = self.entry(claim, self.lease) else {
            return Ok(Taken::ByAnother);
        };
        let life = self.entry_life(claim.left_behind.as_ref());
        let Some(there) = tier.put_if_absent(&claim.key, &mine, life).await? else {
            return Ok(Taken::Mine {
                entry: mine,
                left_behind: None,
            });
        };
        let left_behind = match serde_json::from_slice(&there) {
            Ok(Entry::Finished(outcome)) => return Ok(Taken::Finished(outcome)),
            Ok(Entry::Held { until_millis, .. }) if until_millis > self.now_millis() => return Ok(Taken::ByAnother),
            Ok(Entry::Held { grant, .. }) => grant,
            Err(_) => None,
        };
        let taker = Entry::Held {
            holder: claim.holder.clone(),
            until_millis: self.millis_after(self.lease),
            grant: left_behind.clone(),
        };
        let Some(entry) = encode(&taker) else {
            return Ok(Taken::ByAnother);
        };
        let is_mine = tier
            .put_if_equal(&claim.key, &there, &entry, self.entry_life(left_behind.as_ref()))
            .await?;
        Ok(if is_mine {
            Taken::Mine { entry, left_behind }
        } else {
            Taken::ByAnother
        })
    }

    fn entry(&self, claim: &Claim, lease: Duration) -> Option<Vec<u8>> {
        encode(&Entry::Held {
            holder: claim.holder.clone(),
            until_millis: if lease.is_zero() { 0 } else { self.millis_after(lease) },
            grant: claim.left_behind.clone(),
        })
    }

    /// Without a grant the entry goes with its lease, whatever the clocks of the replicas say.
    fn entry_life(&self, grant: Option<&String>) -> Duration {
        if grant.is_some() { GRANT_LIFE } else { self.lease }
    }

    fn millis_after(&self, duration: Duration) -> u64 {
        self.now_millis()
            .saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    fn now_millis(&self) -> u64 {
        u64::try_from(self.clock.now_precise().as_millis()).unwrap_or(u64::MAX)
    }
}

fn encode(entry: &Entry) -> Option<Vec<u8>> {
    serde_json::to_vec(entry).ok()
}

/// The cache itself logs an outage, once; here it is of no consequence.
fn note<T>(result: Result<T, CacheError>) {
    if let Err(error) = result {
        tracing::debug!(cache.error = %error, "a claim was not written");
    }
}
