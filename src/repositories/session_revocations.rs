mod row;

use diesel::prelude::*;

use self::row::{NewRevocationRow, RevocationRow};
use super::{
    AnyConnection, Database, RepositoryError, Transaction, schema::session_revocations, session_generations,
    time::to_column,
};
use crate::domain::{AppId, FanId, Revocation, RevocationScope, SessionGeneration, Timestamp};

/// The session revocations of one account: the table `session_endings`, and the generation in
/// `sign_out_epochs`.
#[derive(Debug, Clone)]
pub struct SessionRevocationsRepository {
    database: Database,
    app_id: AppId,
}

/// A stored row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRevocation {
    /// Grows with each row. Rows may become visible in another order.
    pub id: i64,
    /// None if a newer version wrote the row and this one does not understand it.
    pub revocation: Option<Revocation>,
}

/// Which sessions an operator ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOut {
    /// The sessions of one fan.
    Fan(FanId),
    /// The sessions of one fan who is erased. Every process drops what it keeps of the fan in memory.
    Forget(FanId),
    /// All sessions.
    All,
}

impl SignOut {
    fn scope(self, generation: SessionGeneration) -> RevocationScope {
        let of_fan = |fan, forgotten| RevocationScope::Fan {
            fan,
            generation,
            forgotten,
        };
        match self {
            Self::Fan(fan) => of_fan(fan, false),
            Self::Forget(fan) => of_fan(fan, true),
            Self::All => RevocationScope::All { generation },
        }
    }
}

impl SessionRevocationsRepository {
    /// The revocations of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// The account whose revocations these are.
    pub const fn app_id(&self) -> &AppId {
        &self.app_id
    }

    /// Adds revocations, all or none. Adding one twice has no further effect.
    pub async fn add(&self, revocations: Vec<Revocation>) -> Result<(), RepositoryError> {
        let app_id = self.app_id.to_string();
        let insert = move |connection: &mut AnyConnection| {
            connection.transaction(|connection| {
                revocations
                    .iter()
                    .try_for_each(|revocation| add(connection, &app_id, revocation))
            })
        };
        self.database.run_repeatable(insert).await
    }

    /// At most `limit` rows after the id `after`, in the order of their ids.
    pub async fn since(&self, after: i64, limit: u16) -> Result<Vec<StoredRevocation>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let rows = session_revocations::table.filter(session_revocations::id.gt(after));
            let rows = rows.filter(session_revocations::app_id.eq(&app_id));
            let rows = rows.order(session_revocations::id).limit(limit.into());
            let rows: Vec<RevocationRow> = rows.select(RevocationRow::as_select()).load(connection)?;
            Ok(rows.into_iter().map(RevocationRow::read).collect())
        };
        self.database.run_repeatable(query).await
    }

    /// Ends the sessions that have begun until now, and begins a generation.
    ///
    /// The generation is written first: its row is the lock that makes operators wait for each other.
    pub fn sign_out(
        &self,
        tx: &mut Transaction<'_>,
        what: SignOut,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Revocation, RepositoryError> {
        let (connection, app_id) = (tx.connection(), self.app_id.as_str());
        let generation = session_generations::advance(connection, app_id, now)?;
        let revocation = Revocation {
            scope: what.scope(generation),
            revoked_at: now,
            expires_at,
        };
        add(connection, app_id, &revocation)?;
        Ok(revocation)
    }

    /// Whether a fan with this id was forgotten. Known until the revocation expires.
    pub async fn was_forgotten(&self, fan: FanId) -> Result<bool, RepositoryError> {
        let (app_id, subject) = (self.app_id.to_string(), fan.to_string());
        let query = move |connection: &mut AnyConnection| {
            let rows = session_revocations::table.filter(session_revocations::app_id.eq(&app_id));
            let rows = rows.filter(session_revocations::kind.eq(row::FORGOTTEN));
            let rows = rows.filter(session_revocations::subject.eq(&subject));
            Ok(rows.count().get_result::<i64>(connection)? > 0)
        };
        self.database.run_repeatable(query).await
    }

    /// Removes expired rows, the oldest first, and returns how many: about `limit`, because rows that expire in the same
    /// second are removed together.
    pub async fn purge(&self, now: Timestamp, limit: u16) -> Result<usize, RepositoryError> {
        let (app_id, now) = (self.app_id.to_string(), to_column(now)?);
        let delete = move |connection: &mut AnyConnection| {
            let of_account = session_revocations::table.filter(session_revocations::app_id.eq(&app_id));
            let over = of_account.filter(session_revocations::expires_at.le(now));
            let last = over
                .order(session_revocations::expires_at)
                .offset(limit.into())
                .limit(1);
            let last = last
                .select(session_revocations::expires_at)
                .first(connection)
                .optional()?;
            let purged = session_revocations::table.filter(session_revocations::app_id.eq(&app_id));
            let purged = purged.filter(session_revocations::expires_at.le(last.unwrap_or(now)));
            Ok(diesel::delete(purged).execute(connection)?)
        };
        self.database.run_repeatable(delete).await
    }
}

fn add(connection: &mut AnyConnection, app_id: &str, revocation: &Revocation) -> Result<(), RepositoryError> {
    let row = NewRevocationRow::new(app_id, revocation)?;
    diesel::insert_into(session_revocations::table)
        .values(&row)
        .execute(connection)?;
    Ok(())
}
