use super::Entry;
use crate::cache::Cache;

/// The right to spend one code or to complete its login, for as long as it is renewed.
pub struct Claim {
    fingerprint: String,
    held: Vec<u8>,
    saved_grant: Option<String>,
    tiers: Vec<Cache>,
}

impl Claim {
    pub(super) fn new(fingerprint: &str, holder: String) -> Self {
        let held = Entry::held(&holder);
        Self {
            fingerprint: fingerprint.to_owned(),
            held,
            saved_grant: None,
            tiers: Vec::new(),
        }
    }

    /// The sealed grant of a code that is spent already.
    pub fn saved_grant(&self) -> Option<&str> {
        self.saved_grant.as_deref()
    }

    pub(super) fn add(&mut self, tier: &Cache, grant: Option<String>) {
        self.tiers.push(tier.clone());
        self.saved_grant = grant.or(self.saved_grant.take());
    }

    pub(super) fn set_saved_grant(&mut self, grant: String) {
        self.saved_grant = Some(grant);
    }

    /// The tiers in which this claim holds the lease.
    pub(super) fn tiers(&self) -> &[Cache] {
        &self.tiers
    }

    pub(super) fn held(&self) -> &[u8] {
        &self.held
    }

    /// What stands under the code's key for this claim.
    pub(super) fn current(&self) -> Vec<u8> {
        match &self.saved_grant {
            Some(grant) => Entry::granted(grant),
            None => self.held.clone(),
        }
    }

    pub(super) fn code_key(&self) -> String {
        format!("code:{}", self.fingerprint)
    }

    pub(super) fn completion_key(&self) -> String {
        format!("completion:{}", self.fingerprint)
    }

    /// Where the lease is: in the place of the entry, or beside it once the code is spent.
    pub(super) fn lease_key(&self) -> String {
        if self.saved_grant.is_some() {
            self.completion_key()
        } else {
            self.code_key()
        }
    }
}
