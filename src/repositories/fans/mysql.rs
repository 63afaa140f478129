use diesel::{
    MysqlConnection,
    prelude::*,
    result::{DatabaseErrorKind as Kind, Error},
};

use super::row::{FanRow, NewFanRow};
use crate::repositories::schema::fans_profiles;

const ATTEMPTS: u32 = 5;

/// Changes the row of the fan with this openid, or makes it. MySQL's `ON DUPLICATE KEY` would not do: it takes a double
/// of any unique key for the fan, and would write this profile into the row of whoever has the same id.
///
/// Each statement is a transaction of its own: held together, the locks of several who register at once would wait for
/// each other. One that is chosen to give way all the same is repeated.
pub fn upsert(connection: &mut MysqlConnection, row: &NewFanRow<'_>) -> QueryResult<FanRow> {
    let mut attempt = 1;
    loop {
        match write(connection, row) {
            Err(Error::DatabaseError(Kind::SerializationFailure, _)) if attempt < ATTEMPTS => attempt += 1,
            written => break written?,
        }
    }
    let stored = fans_profiles::table.filter(fans_profiles::app_id.eq(row.app_id));
    let stored = stored.filter(fans_profiles::openid.eq(row.openid));
    stored.select(FanRow::as_select()).first(connection)
}

fn write(connection: &mut MysqlConnection, row: &NewFanRow<'_>) -> QueryResult<()> {
    if update(connection, row)? {
        return Ok(());
    }
    match diesel::insert_into(fans_profiles::table)
        .values(row)
        .execute(connection)
    {
        // Somebody else was first with this openid; if not, it is the id that another fan has.
        Err(violation @ Error::DatabaseError(Kind::UniqueViolation, _)) => {
            if update(connection, row)? {
                Ok(())
            } else {
                Err(violation)
            }
        }
        inserted => inserted.map(drop),
    }
}

/// Whether there is such a row. Diesel has MySQL count the rows that were found, also where nothing changed.
fn update(connection: &mut MysqlConnection, row: &NewFanRow<'_>) -> QueryResult<bool> {
    let known = fans_profiles::table.filter(fans_profiles::app_id.eq(row.app_id));
    let known = known.filter(fans_profiles::openid.eq(row.openid));
    let changes = (&row.profile, &row.consent);
    Ok(diesel::update(known).set(changes).execute(connection)? > 0)
}
