use super::Entry;
use crate::cache::Cache;

/// The right to spend one code or to complete its login, for as long as it is renewed.
pub struct Claim {
    fingerprint: String,
    held: Vec<u8>,
    left_behind: Option<String>,
    tiers: Vec<Cache>,
}

impl Claim {
    pub(super) fn new(fingerprint: &str, holder: String) -> Self {
        let held = Entry::held(&holder);
        Self {
            fingerprint: fingerprint.to_owned(),
            held,
            left_behind: None,
            tiers: Vec::new(),
        }
    }

    /// The sealed grant of a code that is spent already.
    pub fn left_behind(&self) -> Option<&str> {
        self.left_behind.as_deref()
    }

    pub(super) fn add(&mut self, tier: &Cache, grant: Option<String>) {
        self.tiers.push(tier.clone());
        self.left_behind = grant.or(self.left_behind.take());
    }

    pub(super) fn has_granted(&mut self, grant: String) {
        self.left_behind = Some(grant);
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
        match &self.left_behind {
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
        if self.left_behind.is_some() {
            self.completion_key()
        } else {
            self.code_key()
        }
    }
}
