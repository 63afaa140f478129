use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Bool, Text},
};

use super::rights::{self, PRIVILEGES, TABLES};
use crate::repositories::RepositoryError;

const STATE: &str = "SELECT pg_is_in_recovery() AS is_standby, \
     current_setting('transaction_read_only') = 'on' AS is_read_only, \
     current_schema() IS NOT NULL AND has_schema_privilege(current_schema(), 'CREATE') AS may_create";

const LACKING: &str = "SELECT name, privilege FROM unnest($1) AS name, unnest($2) AS privilege \
     WHERE to_regclass(name) IS NOT NULL AND NOT has_table_privilege(to_regclass(name)::oid, privilege)";

#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = Bool)]
    is_standby: bool,
    #[diesel(sql_type = Bool)]
    is_read_only: bool,
    #[diesel(sql_type = Bool)]
    may_create: bool,
}

#[derive(QueryableByName)]
struct Lacking {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    privilege: String,
}

/// Why this role cannot write here, or, where it must, not make tables.
pub fn faults(connection: &mut PgConnection, makes_tables: bool) -> Result<Vec<String>, RepositoryError> {
    let state: State = sql_query(STATE).get_result(connection)?;
    let lacking: Vec<Lacking> = sql_query(LACKING)
        .bind::<Array<Text>, _>(TABLES.as_slice())
        .bind::<Array<Text>, _>(PRIVILEGES.as_slice())
        .load(connection)?;
    let lacking: Vec<_> = lacking.into_iter().map(|row| (row.name, row.privilege)).collect();
    let server = if state.is_standby {
        Some("the server is a standby and takes no writes: name the primary in DATABASE_URL")
    } else if state.is_read_only {
        Some(
            "sessions are read-only: take default_transaction_read_only off the role, the database or DATABASE_URL, or \
             name the primary",
        )
    } else {
        None
    };
    let create = (makes_tables && !state.may_create).then_some(
        "migrations are to run at the start, and the role of DATABASE_URL may not make tables: run `fanpass migrate` as \
         one that may, or grant it CREATE on the schema",
    );
    let plain = server.into_iter().chain(create).map(str::to_owned);
    Ok(plain.chain(rights::fault(&lacking)).collect())
}
