//! What downloads of fans' data are built of.

use super::Account;
use crate::{repositories::AuditLogRepository, services::me::export::Exports};

impl Account {
    /// Gives fans what is kept of them.
    pub(in crate::startup) fn exports(&self) -> Exports {
        let database = self.infrastructure.database.clone();
        Exports {
            fans: self.repository.clone(),
            photos: self.photo_rows(),
            audit_log: AuditLogRepository::new(database, self.app_id().clone()),
            objects: self.objects(),
            site: self.settings.account.name.clone(),
            time_zone: self.settings.site.time_zone.clone(),
            limit: self.export_limit.clone(),
            clock: self.infrastructure.clock.clone(),
        }
    }
}
