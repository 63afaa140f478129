use diesel::prelude::*;
use time::PrimitiveDateTime;

use crate::{
    domain::{AuditEntry, AuditPlace, AuditRecord, StoredAudit},
    repositories::{
        RepositoryError,
        schema::audit_log,
        time::{from_column, to_column},
    },
};

/// A stored row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log)]
pub struct AuditRow {
    id: i64,
    app_id: String,
    at: PrimitiveDateTime,
    actor_kind: String,
    actor: String,
    act: String,
    fan_id: Option<String>,
    details: String,
    position: Option<i64>,
    prev: Option<String>,
    hash: Option<String>,
}

impl AuditRow {
    /// The row as it stands there. Nothing is checked: whoever verifies the chain wants to see it.
    pub fn read(self) -> StoredAudit {
        let place = self.position.map(|position| AuditPlace {
            position,
            prev: self.prev.unwrap_or_default(),
            hash: self.hash.unwrap_or_default(),
        });
        let record = AuditRecord {
            id: self.id,
            app_id: self.app_id,
            at: from_column(self.at),
            actor_kind: self.actor_kind,
            actor: self.actor,
            act: self.act,
            fan: self.fan_id,
            details: self.details,
        };
        StoredAudit { record, place }
    }
}

/// A row to add. The database chooses its id, and a job its place.
#[derive(Insertable)]
#[diesel(table_name = audit_log)]
pub struct NewAuditRow<'a> {
    app_id: &'a str,
    at: PrimitiveDateTime,
    actor_kind: &'static str,
    actor: String,
    act: &'static str,
    fan_id: Option<String>,
    details: String,
}

impl<'a> NewAuditRow<'a> {
    /// The row of `entry`.
    ///
    /// # Errors
    /// [`RepositoryError::Other`] for a time after the year 9999.
    pub fn new(app_id: &'a str, entry: &AuditEntry) -> Result<Self, RepositoryError> {
        Ok(Self {
            app_id,
            at: to_column(entry.at)?,
            actor_kind: entry.actor.kind(),
            actor: entry.actor.name(),
            act: entry.act.as_str(),
            fan_id: entry.fan.map(|fan| fan.to_string()),
            details: entry.details.to_json(),
        })
    }
}
