//! What the account's server push is built of.

use super::{Account, forward_queue};
use crate::{
    repositories::{AccountSecretsRepository, PushReceiptsRepository, UsedOnceRepository},
    services::{
        push::{PushPurge, PushRecords, PushRecordsParts, forward::ForwardQueue},
        sealing::KeyUse,
    },
    startup::infrastructure::Infrastructure,
};

impl Account {
    pub(in crate::startup) fn push_receipts(&self) -> PushReceiptsRepository {
        PushReceiptsRepository::new(self.infrastructure.database.clone(), self.app_id().clone())
    }

    fn used_once(&self) -> UsedOnceRepository {
        UsedOnceRepository::new(self.infrastructure.database.clone(), self.app_id().clone())
    }

    pub(in crate::startup) fn push_purge(&self) -> PushPurge {
        PushPurge {
            receipts: self.push_receipts(),
            used_once: self.used_once(),
            clock: self.infrastructure.clock.clone(),
        }
    }

    /// Writes pushes down.
    pub(in crate::startup) fn push_records(&self) -> PushRecords {
        let Infrastructure { clock, random, .. } = self.infrastructure.clone();
        PushRecords::new(PushRecordsParts {
            receipts: self.push_receipts(),
            used_once: self.used_once(),
            secrets: AccountSecretsRepository::new(self.app_id().clone()),
            fans: self.repository.clone(),
            erasure: self.erasure(),
            jobs: self.jobs.clone(),
            forwards: self.forward_queue(),
            sealer: self.sealer(KeyUse::PushAnswer),
            events: self.events.clone(),
            max_age_seconds: self.settings.push.max_age_seconds.into(),
            clock,
            random,
        })
    }

    /// Writes down what is to be passed on.
    pub(in crate::startup) fn forward_queue(&self) -> ForwardQueue {
        let Infrastructure { clock, random, .. } = &self.infrastructure;
        let targets = self.forward_targets.clone();
        forward_queue(&self.settings, targets, &self.jobs, clock, random)
    }
}
