use diesel::{
    MysqlConnection,
    prelude::*,
    result::{DatabaseErrorKind as Kind, Error},
};

use super::row::{FanRow, NEVER, NewFanRow};
use crate::repositories::schema::fans_profiles;

/// Updates the row of the fan with this openid, or inserts it. MySQL's `ON DUPLICATE KEY` cannot be used: it reacts to a
/// duplicate of any unique key, and would write this profile into the row of another fan with the same id.
///
/// Several registrations of one fan at once may wait for each other's locks: those that find the fan inserted by another all
/// hold a shared lock on the row. The server ends all but one, whose transactions are repeated, and then find the row at once.
pub fn upsert(connection: &mut MysqlConnection, row: &NewFanRow<'_>) -> QueryResult<FanRow> {
    write(connection, row)?;
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
        // Another request was first with this openid. If not, another fan has the id.
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

/// Whether there is such a row. Diesel makes MySQL count the rows that were found, even if nothing changed.
fn update(connection: &mut MysqlConnection, row: &NewFanRow<'_>) -> QueryResult<bool> {
    let known = fans_profiles::table.filter(fans_profiles::app_id.eq(row.app_id));
    let known = known.filter(fans_profiles::openid.eq(row.openid));
    let changes = (&row.profile, &row.consent, fans_profiles::profile_cleared_at.eq(NEVER));
    Ok(diesel::update(known).set(changes).execute(connection)? > 0)
}
