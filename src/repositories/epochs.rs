use diesel::prelude::*;

use crate::{
    domain::{SignOutEpoch, Timestamp},
    repositories::{AnyConnection, RepositoryError, connection::on_each_backend, schema::sign_out_epochs},
};

/// The epoch of the account: 0 until an operator ends sessions for the first time.
pub fn current(connection: &mut AnyConnection, app_id: &str) -> Result<SignOutEpoch, RepositoryError> {
    let row = sign_out_epochs::table.find(app_id).select(sign_out_epochs::epoch);
    let number = on_each_backend!(connection, own => row.get_result(own));
    Ok(SignOutEpoch::new(number.optional()?.unwrap_or_default()))
}

/// Begins an epoch. Until the transaction ends nobody else can begin one, so that epochs become visible in their order.
/// Its number is that of the second, if the last one lies before: after a restore the count must not run through the
/// numbers again that sessions carry already.
///
/// # Errors
/// [`RepositoryError::Conflict`] if another one begins the account's first epoch at the same moment.
pub fn advance(connection: &mut AnyConnection, app_id: &str, now: Timestamp) -> Result<SignOutEpoch, RepositoryError> {
    let row = sign_out_epochs::table.find(app_id);
    let next = sign_out_epochs::epoch.eq(sign_out_epochs::epoch + 1);
    if diesel::update(row).set(next).execute(connection)? == 0 {
        let first = (sign_out_epochs::app_id.eq(app_id), sign_out_epochs::epoch.eq(1_i64));
        diesel::insert_into(sign_out_epochs::table)
            .values(first)
            .execute(connection)?;
    }
    let seconds = now.unix_seconds();
    diesel::update(row.filter(sign_out_epochs::epoch.lt(seconds)))
        .set(sign_out_epochs::epoch.eq(seconds))
        .execute(connection)?;
    current(connection, app_id)
}
