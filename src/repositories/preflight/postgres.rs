use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Bool, Text},
};

use super::{
    Findings,
    rights::{self, NEEDED, Right},
};
use crate::repositories::RepositoryError;

const MAY_CREATE: &str =
    "SELECT current_schema() IS NOT NULL AND has_schema_privilege(current_schema(), 'CREATE') AS may_create";

/// A right on some of the columns is enough here, because only the statements show which columns are needed.
const LACKING: &str = "SELECT name, privilege FROM unnest($1, $2) AS needed (name, privilege) \
     WHERE to_regclass(name) IS NOT NULL AND NOT CASE privilege \
         WHEN 'DELETE' THEN has_table_privilege(to_regclass(name)::oid, privilege) \
         ELSE has_any_column_privilege(to_regclass(name)::oid, privilege) END";

#[derive(QueryableByName)]
struct State {
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

/// The rights that this role lacks to use the tables and, if `makes_tables`, to create them.
pub fn check(connection: &mut PgConnection, makes_tables: bool) -> Result<Findings, RepositoryError> {
    let state: State = sql_query(MAY_CREATE).get_result(connection)?;
    let (names, privileges): (Vec<&str>, Vec<&str>) = NEEDED.into_iter().unzip();
    let lacking: Vec<Lacking> = sql_query(LACKING)
        .bind::<Array<Text>, _>(names)
        .bind::<Array<Text>, _>(privileges)
        .load(connection)?;
    let is_lacking = |right: &Right| {
        lacking
            .iter()
            .any(|row| (row.name.as_str(), row.privilege.as_str()) == *right)
    };
    let lacking: Vec<Right> = NEEDED.into_iter().filter(is_lacking).collect();
    let mut found = rights::findings(&lacking);
    if makes_tables && !state.may_create {
        found.faults.push(
            "migrations are to run at the start, and the role of DATABASE_URL may not make tables: run `fanpass migrate` \
             as one that may, or grant it CREATE on the schema"
                .to_owned(),
        );
    }
    Ok(found)
}
