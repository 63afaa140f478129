mod avatar;
mod follow_state;
mod listing;
#[cfg(feature = "mysql")]
mod mysql;
mod openid_lock;
mod profile;
mod row;
mod text;
mod unfollowed;

use diesel::prelude::*;

use self::row::{FanRow, NEVER, NewFanRow};
pub use self::{avatar::StoredAvatar, follow_state::FollowCheck};
use super::{
    AnyConnection, Database, RepositoryError, Transaction,
    connection::on_each_backend,
    schema::{fans_profiles, session_generations},
    time::to_column,
};
use crate::domain::{AppId, FanId, FansProfile, OpenId, Profile, SessionGeneration, Timestamp};

/// The fans of one account: the table `fans_profiles`.
#[derive(Debug, Clone)]
pub struct FansRepository {
    database: Database,
    app_id: AppId,
}

/// The data of a registration.
#[derive(Debug, Clone)]
pub struct NewFan {
    /// The id if a row is added. A known fan keeps theirs.
    pub id: FanId,
    /// As the platform sent it.
    pub profile: Profile,
    /// The version of the prompt that the fan consented to.
    pub consent_version: String,
    /// The moment of the registration.
    pub now: Timestamp,
}

impl FansRepository {
    /// The fans of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// The account whose fans these are.
    pub const fn app_id(&self) -> &AppId {
        &self.app_id
    }

    /// The database, for a transaction.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The fan with this id.
    #[tracing::instrument(name = "database.fans.find", level = "debug", skip_all)]
    pub async fn find(&self, id: FanId) -> Result<Option<FansProfile>, RepositoryError> {
        let (id, app_id) = (id.to_string(), self.app_id.to_string());
        let query = move |connection: &mut AnyConnection| {
            let fan = fans_profiles::table.filter(fans_profiles::id.eq(&id));
            let fan = fan.filter(fans_profiles::app_id.eq(&app_id));
            let row = on_each_backend!(connection, own => fan.select(FanRow::as_select()).get_result(own));
            row.optional()?.map(FanRow::read).transpose()
        };
        self.database.run_repeatable(query).await
    }

    /// The fan with this openid.
    #[tracing::instrument(name = "database.fans.find_by_openid", level = "debug", skip_all)]
    pub async fn find_by_openid(&self, openid: &OpenId) -> Result<Option<FansProfile>, RepositoryError> {
        let (app_id, openid) = (self.app_id.to_string(), openid.to_string());
        let query = move |connection: &mut AnyConnection| {
            let fan = fans_profiles::table.filter(fans_profiles::app_id.eq(&app_id));
            let fan = fan.filter(fans_profiles::openid.eq(&openid));
            let row = fan.select(FanRow::as_select()).first(connection).optional()?;
            row.map(FanRow::read).transpose()
        };
        self.database.run_repeatable(query).await
    }

    /// The fan with this openid, and the generation of a sign-in at this moment. Both are read in one query, so that no
    /// sign-out comes between.
    #[tracing::instrument(name = "database.fans.find_for_sign_in", level = "debug", skip_all)]
    pub async fn find_for_sign_in(
        &self,
        openid: &OpenId,
    ) -> Result<Option<(FansProfile, SessionGeneration)>, RepositoryError> {
        let (app_id, openid) = (self.app_id.to_string(), openid.to_string());
        let query = move |connection: &mut AnyConnection| {
            let fan = fans_profiles::table.filter(fans_profiles::app_id.eq(&app_id));
            let fan = fan.filter(fans_profiles::openid.eq(&openid));
            let generation = session_generations::table.filter(session_generations::app_id.eq(&app_id));
            let generation = generation.select(session_generations::generation).single_value();
            let row: QueryResult<(FanRow, Option<i64>)> =
                on_each_backend!(connection, own => fan.select((FanRow::as_select(), generation)).get_result(own));
            let read = |(fan, generation): (FanRow, Option<i64>)| {
                Ok((fan.read()?, SessionGeneration::new(generation.unwrap_or_default())))
            };
            row.optional()?.map(read).transpose()
        };
        self.database.run_repeatable(query).await
    }

    /// Records a login at `now`, unless one after `not_since` is recorded and the fan did not unfollow since. Of several
    /// calls at once only one writes.
    #[tracing::instrument(name = "database.fans.note_login", level = "debug", skip_all)]
    pub async fn note_login(&self, id: FanId, now: Timestamp, not_since: Timestamp) -> Result<(), RepositoryError> {
        let (now, not_since) = (to_column(now)?, to_column(not_since)?);
        let update = move |connection: &mut AnyConnection| {
            let fan = fans_profiles::table.filter(fans_profiles::id.eq(id.to_string()));
            let came_back = fans_profiles::unsubscribed_at.ge(fans_profiles::last_login_at.nullable());
            let is_noted = fans_profiles::last_login_at.le(not_since).nullable().or(came_back);
            let fan = fan.filter(is_noted);
            diesel::update(fan)
                .set(fans_profiles::last_login_at.eq(now))
                .execute(connection)?;
            Ok(())
        };
        self.database.run_repeatable(update).await
    }

    /// Stores a fan who consented, by an atomic upsert on the openid. A known fan keeps `id` and `created_at`, and also
    /// `unionid` if the platform sends none. Returns the stored fan and the generation of the sign-in, which is read first.
    ///
    /// Nicknames are cut after 128 characters and NUL characters are dropped; an avatar's URL of more than 1024
    /// bytes and a unionid of more than 64 are left out.
    pub fn upsert(
        &self,
        tx: &mut Transaction<'_>,
        fan: &NewFan,
    ) -> Result<(FansProfile, SessionGeneration), RepositoryError> {
        let (connection, app_id) = (tx.connection(), self.app_id.as_str());
        let generation = super::session_generations::current(connection, app_id)?;
        let row = NewFanRow::new(app_id, fan, to_column(fan.now)?);
        Ok((upsert(connection, &row)?.read()?, generation))
    }

    /// Keeps others from changing or removing a fan's row until this transaction ends. Returns whether there is one.
    pub fn lock(&self, tx: &mut Transaction<'_>, id: FanId) -> Result<bool, RepositoryError> {
        let row = fans_profiles::table.filter(fans_profiles::id.eq(id.to_string()));
        let row = row.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        // An update that changes nothing locks on every database.
        let locked = diesel::update(row).set(fans_profiles::updated_at.eq(fans_profiles::updated_at));
        Ok(locked.execute(tx.connection())? > 0)
    }

    /// Removes a fan's row. Returns whether there was one.
    pub fn remove(&self, tx: &mut Transaction<'_>, id: FanId) -> Result<bool, RepositoryError> {
        let row = fans_profiles::table.filter(fans_profiles::id.eq(id.to_string()));
        let row = row.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        Ok(diesel::delete(row).execute(tx.connection())? > 0)
    }
}

/// SQLite returns the row before it commits, and so may PostgreSQL before a late failure. Only the end of the transaction
/// shows that it is saved.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! upsert {
    ($row:expr) => {
        diesel::insert_into(fans_profiles::table)
            .values($row)
            .on_conflict((fans_profiles::app_id, fans_profiles::openid))
            .do_update()
            .set((
                &$row.profile,
                &$row.consent,
                fans_profiles::profile_cleared_at.eq(NEVER),
            ))
            .returning(FanRow::as_returning())
    };
}

fn upsert(connection: &mut AnyConnection, row: &NewFanRow<'_>) -> Result<FanRow, RepositoryError> {
    let stored: QueryResult<FanRow> = match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(own) => mysql::upsert(own, row),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(own) => upsert!(row).get_result(own),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(own) => upsert!(row).get_result(own),
    };
    Ok(stored?)
}
