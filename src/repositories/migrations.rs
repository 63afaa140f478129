#[cfg(feature = "postgres")]
use diesel::Connection;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::connection::SimpleConnection;
use diesel::{
    RunQueryDsl,
    backend::Backend,
    dsl::sql,
    migration::MigrationSource,
    result::Error as DieselError,
    sql_types::{Bool, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{AnyConnection, RepositoryError};

#[cfg(feature = "mysql")]
const MYSQL: EmbeddedMigrations = embed_migrations!("migrations/mysql");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
#[cfg(feature = "sqlite")]
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Lets one process migrate at a time; the lock ends with the transaction. The key is arbitrary, but must stay.
#[cfg(feature = "postgres")]
const POSTGRES_LOCK: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; \
                             SELECT pg_advisory_xact_lock(4713901620886425856);";

/// Removes the time limits, because a migration may take long.
#[cfg(feature = "mysql")]
const MYSQL_LIMITS: &str = "SET SESSION lock_wait_timeout = 60, innodb_lock_wait_timeout = 60 \
                            /*!50708 , max_execution_time = 0 */ /*M!100101 , max_statement_time = 0 */";
/// Lets one process migrate at a time. The lock ends with the connection, because the first change of a table would end a
/// transaction. A lock's name has at most 64 characters, and is known on the whole server.
#[cfg(feature = "mysql")]
const MYSQL_LOCK: &str = "GET_LOCK(LEFT(CONCAT('fanpass:', DATABASE()), 64), 60)";

/// Runs all pending migrations in one transaction (MySQL: one after the other) under a lock, and returns their names.
/// Another process waits and then finds nothing to do. If none is pending, a role that may only read is enough.
pub fn run(connection: &mut AnyConnection) -> Result<Vec<String>, RepositoryError> {
    if pending(connection)?.is_empty() {
        return Ok(Vec::new());
    }
    run_locked(connection)
}

/// The names of the migrations that have not run. This only reads. Diesel's own function would create its table.
pub fn pending(connection: &mut AnyConnection) -> Result<Vec<String>, RepositoryError> {
    let done = versions(connection)?;
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(_) => missing::<diesel::mysql::Mysql>(MYSQL, &done),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => missing::<diesel::pg::Pg>(POSTGRES, &done),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => missing::<diesel::sqlite::Sqlite>(SQLITE, &done),
    }
}

/// The names of the migrations that a new SQLite file needs.
#[cfg(feature = "sqlite")]
pub fn of_a_new_file() -> Result<Vec<String>, RepositoryError> {
    missing::<diesel::sqlite::Sqlite>(SQLITE, &[])
}

/// The versions in Diesel's table. None if it does not exist. MySQL lists only tables that the user has a right on, so there
/// the table is queried and may be missing.
fn versions(connection: &mut AnyConnection) -> Result<Vec<String>, RepositoryError> {
    let exists = match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(_) => "TRUE",
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => "to_regclass('__diesel_schema_migrations') IS NOT NULL",
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => {
            "EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '__diesel_schema_migrations')"
        }
    };
    if !diesel::select(sql::<Bool>(exists)).get_result::<bool>(connection)? {
        return Ok(Vec::new());
    }
    match sql::<Text>("SELECT version FROM __diesel_schema_migrations").load(connection) {
        Err(error) if is_no_table(&error) => Ok(Vec::new()),
        versions => Ok(versions?),
    }
}

/// Whether this is MySQL's error 1146, for which Diesel has no kind.
fn is_no_table(error: &DieselError) -> bool {
    let DieselError::DatabaseError(_, information) = error else {
        return false;
    };
    let message = information.message();
    message.starts_with("Table ") && message.ends_with("doesn't exist")
}

fn missing<B: Backend>(source: EmbeddedMigrations, done: &[String]) -> Result<Vec<String>, RepositoryError> {
    let all = MigrationSource::<B>::migrations(&source).map_err(RepositoryError::other)?;
    let names = all.iter().map(|migration| migration.name());
    let mut missing: Vec<String> = names
        .filter(|name| !done.contains(&name.version().to_string()))
        .map(ToString::to_string)
        .collect();
    missing.sort();
    Ok(missing)
}

fn run_locked(connection: &mut AnyConnection) -> Result<Vec<String>, RepositoryError> {
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => {
            connection.batch_execute(MYSQL_LIMITS)?;
            lock_mysql(connection)?;
            run_pending(connection, MYSQL)
        }
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => connection.transaction(|connection| {
            connection.batch_execute(POSTGRES_LOCK)?;
            run_pending(connection, POSTGRES)
        }),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(connection) => {
            connection.immediate_transaction(|connection| run_pending(connection, SQLITE))
        }
    }
}

#[cfg(feature = "mysql")]
fn lock_mysql(connection: &mut diesel::MysqlConnection) -> Result<(), RepositoryError> {
    use diesel::{
        dsl::sql,
        prelude::*,
        sql_types::{BigInt, Nullable},
    };
    let locked: Option<i64> = diesel::select(sql::<Nullable<BigInt>>(MYSQL_LOCK)).get_result(connection)?;
    match locked {
        Some(1) => Ok(()),
        _ => Err(RepositoryError::unavailable(
            "another process is running the migrations",
        )),
    }
}

fn run_pending<B, C>(connection: &mut C, source: EmbeddedMigrations) -> Result<Vec<String>, RepositoryError>
where
    B: Backend,
    C: MigrationHarness<B>,
{
    let pending = connection.pending_migrations(source).map_err(RepositoryError::other)?;
    connection.run_migrations(&pending).map_err(RepositoryError::other)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}
