//! A pooler between us and the server that hands one session of it to many clients, each for one transaction, as
//! PgBouncer does in transaction mode.

use diesel::{IntoSql, PgConnection, QueryResult, QueryableByName, RunQueryDsl, select, sql_query, sql_types::Integer};

/// Where it does, and loses prepared statements.
pub(super) const FAULT: &str = "the server is behind PgBouncer (or another pooler) in transaction mode, where prepared statements are \
     lost: set `database.prepared_statements = false`, or PgBouncer's max_prepared_statements (1.21 and later)";

/// Transactions that are looked at. The pooler may hand out several sessions by turns, and others work beside us.
const ROUNDS: usize = 5;
/// Each connection whose statement is prepared without a complaint leaves its name in one more session; PgBouncer has 20
/// where nothing else is set. Beyond that the next one must meet it.
const SESSIONS: usize = 24;

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// Whether statements that one connection prepared are met by another. Of a server that gives each connection a session
/// of its own little is asked.
pub(super) fn loses_statements(connect: impl Fn() -> Option<PgConnection>) -> bool {
    let (Some(mut one), Some(mut other)) = (connect(), connect()) else {
        return false;
    };
    let meets_another = |_| connect().is_some_and(|mut next| prepare(&mut next).is_err());
    shares_sessions(&mut one, &mut other).unwrap_or(false) && (0..SESSIONS).any(meets_another)
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

/// Runs a statement that Diesel prepares, under the name that it gives to the first one of each connection.
fn prepare(connection: &mut PgConnection) -> QueryResult<i32> {
    select(1.into_sql::<Integer>()).get_result(connection)
}
