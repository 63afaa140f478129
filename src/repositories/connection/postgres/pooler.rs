//! A pooler between us and the server that hands one session of it to many clients, each for one transaction, as
//! PgBouncer does in transaction mode.

use diesel::{IntoSql, PgConnection, QueryResult, QueryableByName, RunQueryDsl, select, sql_query, sql_types::Integer};

/// Where it does, and loses prepared statements.
pub(super) const FAULT: &str = "the server is behind PgBouncer (or another pooler) in transaction mode, where prepared statements are \
     lost: set `database.prepared_statements = false`, or PgBouncer's max_prepared_statements (1.21 and later)";

/// Transactions that are looked at. The pooler may hand out several sessions by turns, and others work beside us.
const ROUNDS: usize = 5;

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// Whether statements that one connection prepared are not there when it comes back to them, or are met by another.
/// Asks nothing of a server that gives each connection a session of its own.
pub(super) fn loses_statements(one: &mut PgConnection, other: &mut PgConnection) -> bool {
    shares_sessions(one, other).unwrap_or(false) && (0..ROUNDS).any(|_| prepare(one).and(prepare(other)).is_err())
}

/// Two connections that are open at the same time have two sessions, and keep them.
fn shares_sessions(one: &mut PgConnection, other: &mut PgConnection) -> QueryResult<bool> {
    let (own, others) = (session(one)?, session(other)?);
    let mut shares = own == others;
    for _ in 0..ROUNDS {
        // An odd number by turns: with two sessions in rotation each connection would otherwise always meet the same.
        let found = [session(one)?, session(one)?, session(other)?];
        shares = shares || found != [own, own, others] || own == others;
    }
    Ok(shares)
}

fn session(connection: &mut PgConnection) -> QueryResult<i32> {
    let session: Session = sql_query("SELECT pg_backend_pid() AS pid").get_result(connection)?;
    Ok(session.pid)
}

/// Runs a statement that Diesel prepares.
fn prepare(connection: &mut PgConnection) -> QueryResult<i32> {
    select(1.into_sql::<Integer>()).get_result(connection)
}
