//! Detects a pooler that shares the server's sessions among clients, transaction by transaction, as PgBouncer does in
//! transaction mode.

use diesel::{
    Connection, IntoSql, OptionalExtension, PgConnection, QueryResult, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    result::Error,
    select, sql_query,
    sql_types::{Integer, Text},
};

/// The fault: with such a pooler prepared statements are lost.
pub(super) const FAULT: &str = "the server is behind PgBouncer (or another pooler) in transaction mode, where prepared statements are \
     lost: set `database.prepared_statements = false`, or PgBouncer's max_prepared_statements (1.21 and later)";

/// How many transactions are compared. The pooler may rotate several sessions, and other clients use them too.
const ROUNDS: usize = 5;
/// The statement that Diesel prepared in this transaction, if the session has it under Diesel's name. A pooler that manages
/// prepared statements itself renames them.
const OWN_STATEMENT: &str = "SELECT name FROM pg_prepared_statements \
     WHERE name LIKE '\\_\\_diesel\\_stmt\\_%' AND prepare_time >= now()";

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

#[derive(QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Whether a connection loses its prepared statements to another one. If each connection has its own session, a few queries
/// show that.
pub(super) fn loses_statements(one: &mut PgConnection, other: &mut PgConnection) -> QueryResult<bool> {
    Ok(shares_sessions(one, other)? && passes_names_on(one)?)
}

/// Two connections that are open at the same time have two sessions, and keep them.
fn shares_sessions(one: &mut PgConnection, other: &mut PgConnection) -> QueryResult<bool> {
    let (own, others) = (session(one)?, session(other)?);
    let mut shares = own == others;
    for _ in 0..ROUNDS {
        // An odd number of queries: with two sessions in rotation, each connection would otherwise always get the same one.
        let found = [session(one)?, session(one)?, session(other)?];
        shares = shares || found != [own, own, others] || own == others;
    }
    Ok(shares)
}

fn session(connection: &mut PgConnection) -> QueryResult<i32> {
    let session: Session = sql_query("SELECT pg_backend_pid() AS pid").get_result(connection)?;
    Ok(session.pid)
}

/// Whether a statement's name reaches a session that others share. This runs in a transaction, which keeps its session, so
/// that the name is removed from the same session. Otherwise the next client would fail because of it.
fn passes_names_on(connection: &mut PgConnection) -> QueryResult<bool> {
    let outcome = connection.transaction(|connection| {
        select(1.into_sql::<Integer>()).get_result::<i32>(connection)?;
        let found = sql_query(OWN_STATEMENT)
            .get_result::<Statement>(connection)
            .optional()?;
        let Some(statement) = found else {
            return Ok(false);
        };
        connection.batch_execute(&format!("DEALLOCATE \"{}\"", statement.name))?;
        Ok(true)
    });
    match outcome {
        // Another client has left the name there.
        Err(Error::DatabaseError(_, information)) if information.message().contains("__diesel_stmt_") => Ok(true),
        other => other,
    }
}
