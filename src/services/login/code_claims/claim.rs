use std::future::Future;

use super::Entry;
use crate::services::lease::{Lease, with_lease_renewal};

/// The right to spend one code or to complete its login, for as long as its leases are renewed.
pub struct Claim {
    fingerprint: String,
    holder: Vec<u8>,
    saved_grant: Option<String>,
    /// One in each tier that is up.
    leases: Vec<Lease>,
}

impl Claim {
    pub(super) fn new(fingerprint: &str, holder: &str) -> Self {
        Self {
            fingerprint: fingerprint.to_owned(),
            holder: Entry::leased(holder),
            saved_grant: None,
            leases: Vec::new(),
        }
    }

    /// The sealed grant of a code that is spent already.
    pub fn saved_grant(&self) -> Option<&str> {
        self.saved_grant.as_deref()
    }

    /// Runs `work` and renews the claim until it is done. Box large work, or this future contains it twice.
    pub async fn with_lease_renewal<T>(&self, work: impl Future<Output = T>) -> T {
        with_lease_renewal(&self.leases, work).await
    }

    /// Gives the claim up without an outcome. A saved grant stays until its TTL is over.
    pub async fn release(&self) {
        for lease in &self.leases {
            lease.release().await;
        }
    }

    pub(super) fn add(&mut self, lease: Lease, saved_grant: Option<String>) {
        self.leases.push(lease);
        self.saved_grant = saved_grant.or(self.saved_grant.take());
    }

    pub(super) fn set_saved_grant(&mut self, grant: String) {
        self.saved_grant = Some(grant);
    }

    pub(super) fn leases(&self) -> &[Lease] {
        &self.leases
    }

    pub(super) fn leases_mut(&mut self) -> &mut [Lease] {
        &mut self.leases
    }

    /// The entry that names the owner. It never changes, so that a renewal recognises it even if an earlier response was
    /// lost.
    pub(super) fn holder(&self) -> &[u8] {
        &self.holder
    }

    /// This claim's entry under the code's key, in the tier of `lease`.
    pub(super) fn entry_of(&self, lease: &Lease) -> Vec<u8> {
        match &self.saved_grant {
            Some(grant) if lease.key() != self.code_key() => Entry::grant_saved(grant),
            _ => self.holder.clone(),
        }
    }

    pub(super) fn code_key(&self) -> String {
        format!("code:{}", self.fingerprint)
    }

    /// The key of the lease once the code is spent. The entry under the code's key then contains the grant.
    pub(super) fn completion_key(&self) -> String {
        format!("completion:{}", self.fingerprint)
    }
}
