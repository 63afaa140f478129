use diesel::{
    MysqlConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, result::Error as DieselError,
    sql_query, sql_types::Text,
};

use super::rights::{self, PRIVILEGES, TABLES};
use crate::repositories::RepositoryError;

/// Each server has some of these.
const READ_ONLY: &str = "SHOW VARIABLES WHERE Variable_name IN \
     ('read_only', 'super_read_only', 'tx_read_only', 'transaction_read_only') AND Value NOT IN ('OFF', '0', '')";

#[derive(QueryableByName)]
struct Variable {
    #[diesel(sql_type = Text, column_name = "Variable_name")]
    name: String,
}

/// Why this user cannot write here, or, where it must, not make tables.
pub fn faults(connection: &mut MysqlConnection, makes_tables: bool) -> Result<Vec<String>, RepositoryError> {
    let set: Vec<Variable> = sql_query(READ_ONLY).load(connection)?;
    let server = set.first().map(|variable| {
        format!(
            "the server takes no writes ({} is on): name the primary in DATABASE_URL, or turn it off",
            variable.name
        )
    });
    let mut lacking = Vec::new();
    for table in TABLES {
        for privilege in PRIVILEGES {
            if is_denied(connection, &statement(table, privilege))? {
                lacking.push((table.to_owned(), privilege.to_owned()));
            }
        }
    }
    let may_not_create = makes_tables && is_denied(connection, "CREATE TABLE fanpass_check (id INT)")?;
    let create = may_not_create.then(|| {
        "migrations are to run at the start, and the user of DATABASE_URL may not make tables: run `fanpass migrate` as \
         one that may, or grant it CREATE"
            .to_owned()
    });
    Ok(server
        .into_iter()
        .chain(create)
        .chain(rights::fault(&lacking))
        .collect())
}

/// A statement that takes this privilege. None is ever executed.
fn statement(table: &str, privilege: &str) -> String {
    match privilege {
        "INSERT" => format!("INSERT INTO {table} (app_id) VALUES (NULL)"),
        "UPDATE" => format!("UPDATE {table} SET app_id = NULL"),
        "DELETE" => format!("DELETE FROM {table}"),
        _ => format!("SELECT app_id FROM {table}"),
    }
}

/// Whether the server refuses to prepare `statement` for want of a right. It finds out with roles, patterns of names and
/// columns, where reading the grants would not.
fn is_denied(connection: &mut MysqlConnection, statement: &str) -> Result<bool, RepositoryError> {
    let prepare = format!("PREPARE fanpass_check FROM '{statement}'");
    match connection.batch_execute(&prepare) {
        Ok(()) => Ok(connection
            .batch_execute("DEALLOCATE PREPARE fanpass_check")
            .map(|()| false)?),
        Err(DieselError::DatabaseError(_, information)) if information.message().contains("command denied") => Ok(true),
        // A table that is missing is told as a migration that is.
        Err(DieselError::DatabaseError(..)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
