use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::EndingNews;
use crate::{
    domain::{Ended, FanId, SessionEnding, SessionId, SignOutEpoch},
    repositories::{
        RepositoryError,
        schema::session_endings,
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
#[diesel(table_name = session_endings)]
pub struct EndingRow {
    id: i64,
    kind: String,
    subject: String,
    epoch: i64,
    ended_at: PrimitiveDateTime,
    expires_at: PrimitiveDateTime,
}

impl EndingRow {
    /// The ending of this row. One row that cannot be read must not hide the others.
    pub fn read(self) -> EndingNews {
        let epoch = SignOutEpoch::new(self.epoch);
        let fan = |forgotten| {
            let fan = FanId::parse(&self.subject).ok()?;
            Some(Ended::Fan { fan, epoch, forgotten })
        };
        let ended = match self.kind.as_str() {
            SESSION => SessionId::parse(&self.subject).ok().map(Ended::Session),
            FAN => fan(false),
            FORGOTTEN => fan(true),
            ALL => Some(Ended::All { epoch }),
            _ => None,
        };
        let ending = ended.map(|ended| SessionEnding {
            ended,
            ended_at: from_column(self.ended_at),
            expires_at: from_column(self.expires_at),
        });
        EndingNews { id: self.id, ending }
    }
}

/// A row to add; the database gives it its id.
#[derive(Insertable)]
#[diesel(table_name = session_endings)]
pub struct NewEndingRow<'a> {
    app_id: &'a str,
    kind: &'static str,
    subject: String,
    epoch: i64,
    ended_at: PrimitiveDateTime,
    expires_at: PrimitiveDateTime,
}

impl<'a> NewEndingRow<'a> {
    /// The row of `ending`.
    ///
    /// # Errors
    /// [`RepositoryError::Other`] if it happens beyond the year 9999.
    pub fn new(app_id: &'a str, ending: &SessionEnding) -> Result<Self, RepositoryError> {
        let (kind, subject, epoch) = match &ending.ended {
            Ended::Session(sid) => (SESSION, sid.expose(), SignOutEpoch::default()),
            Ended::Fan { fan, epoch, forgotten } => {
                let kind = if *forgotten { FORGOTTEN } else { FAN };
                (kind, fan.to_string(), *epoch)
            }
            Ended::All { epoch } => (ALL, String::new(), *epoch),
        };
        Ok(Self {
            app_id,
            kind,
            subject,
            epoch: epoch.number(),
            ended_at: to_column(ending.ended_at)?,
            expires_at: to_column(ending.expires_at)?,
        })
    }
}
