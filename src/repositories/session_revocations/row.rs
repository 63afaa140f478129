use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::StoredRevocation;
use crate::{
    domain::{FanId, Revocation, RevocationScope, SessionGeneration, SessionId},
    repositories::{
        RepositoryError,
        schema::session_revocations,
        time::{from_column, to_column},
    },
};

const SESSION: &str = "session";
const FAN: &str = "fan";
/// The kind of a fan whose row was removed.
pub const FORGOTTEN: &str = "forgotten";
const ALL: &str = "all";

/// A stored row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = session_revocations)]
pub struct RevocationRow {
    id: i64,
    kind: String,
    subject: String,
    generation: i64,
    revoked_at: PrimitiveDateTime,
    expires_at: PrimitiveDateTime,
}

impl RevocationRow {
    /// Converts the row. One that cannot be read must not hide the others, so this does not fail.
    pub fn read(self) -> StoredRevocation {
        let generation = SessionGeneration::new(self.generation);
        let fan = |forgotten| {
            let fan = FanId::parse(&self.subject).ok()?;
            Some(RevocationScope::Fan {
                fan,
                generation,
                forgotten,
            })
        };
        let scope = match self.kind.as_str() {
            SESSION => SessionId::parse(&self.subject).ok().map(RevocationScope::Session),
            FAN => fan(false),
            FORGOTTEN => fan(true),
            ALL => Some(RevocationScope::All { generation }),
            _ => None,
        };
        let revocation = scope.map(|scope| Revocation {
            scope,
            revoked_at: from_column(self.revoked_at),
            expires_at: from_column(self.expires_at),
        });
        StoredRevocation {
            id: self.id,
            revocation,
        }
    }
}

/// A row to add. The database chooses its id.
#[derive(Insertable)]
#[diesel(table_name = session_revocations)]
pub struct NewRevocationRow<'a> {
    app_id: &'a str,
    kind: &'static str,
    subject: String,
    generation: i64,
    revoked_at: PrimitiveDateTime,
    expires_at: PrimitiveDateTime,
}

impl<'a> NewRevocationRow<'a> {
    /// The row of `revocation`.
    ///
    /// # Errors
    /// [`RepositoryError::Other`] for times after the year 9999.
    pub fn new(app_id: &'a str, revocation: &Revocation) -> Result<Self, RepositoryError> {
        let (kind, subject, generation) = match &revocation.scope {
            RevocationScope::Session(sid) => (SESSION, sid.expose(), SessionGeneration::default()),
            RevocationScope::Fan {
                fan,
                generation,
                forgotten,
            } => {
                let kind = if *forgotten { FORGOTTEN } else { FAN };
                (kind, fan.to_string(), *generation)
            }
            RevocationScope::All { generation } => (ALL, String::new(), *generation),
        };
        Ok(Self {
            app_id,
            kind,
            subject,
            generation: generation.number(),
            revoked_at: to_column(revocation.revoked_at)?,
            expires_at: to_column(revocation.expires_at)?,
        })
    }
}
