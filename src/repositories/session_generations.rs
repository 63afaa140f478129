use diesel::prelude::*;

use crate::{
    domain::{SessionGeneration, Timestamp},
    repositories::{
        AnyConnection, RepositoryError,
        connection::{insert_unless_present, on_each_backend},
        schema::session_generations,
    },
};

/// The account's generation: 0 until an operator ends sessions for the first time.
pub fn current(connection: &mut AnyConnection, app_id: &str) -> Result<SessionGeneration, RepositoryError> {
    let row = session_generations::table
        .find(app_id)
        .select(session_generations::generation);
    let number = on_each_backend!(connection, own => row.get_result(own));
    Ok(SessionGeneration::new(number.optional()?.unwrap_or_default()))
}

/// Begins a generation. Until the transaction ends no other can begin one, so that generations become visible in order. Its
/// number is the current Unix second, if that is greater than the last one: after a restore from a backup, numbers that
/// sessions already have must not be used again.
pub fn advance(
    connection: &mut AnyConnection,
    app_id: &str,
    now: Timestamp,
) -> Result<SessionGeneration, RepositoryError> {
    let row = session_generations::table.find(app_id);
    let next = session_generations::generation.eq(session_generations::generation + 1);
    if diesel::update(row).set(next).execute(connection)? == 0 && !insert_first(connection, app_id)? {
        // Another one began the account's first generation at the same moment. Now its row exists.
        diesel::update(row).set(next).execute(connection)?;
    }
    let seconds = now.unix_seconds();
    diesel::update(row.filter(session_generations::generation.lt(seconds)))
        .set(session_generations::generation.eq(seconds))
        .execute(connection)?;
    current(connection, app_id)
}

/// Inserts the account's row, unless there is one by now.
fn insert_first(connection: &mut AnyConnection, app_id: &str) -> Result<bool, RepositoryError> {
    let first = (
        session_generations::app_id.eq(app_id),
        session_generations::generation.eq(1_i64),
    );
    insert_unless_present!(connection, session_generations::table, first)
}
