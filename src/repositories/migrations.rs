#[cfg(feature = "postgres")]
use diesel::Connection;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::connection::SimpleConnection;
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

/// Takes the time limits off, for what follows may take long.
#[cfg(feature = "mysql")]
const MYSQL_LIMITS: &str = "SET SESSION lock_wait_timeout = 60, innodb_lock_wait_timeout = 60 \
                            /*!50708 , max_execution_time = 0 */ /*M!100101 , max_statement_time = 0 */";
/// Lets one process migrate at a time; the lock ends with the connection, since a transaction would end with the first
/// change of a table. A lock's name has 64 characters at most, and it holds for the whole server.
#[cfg(feature = "mysql")]
const MYSQL_LOCK: &str = "GET_LOCK(LEFT(CONCAT('fanpass:', DATABASE()), 64), 60)";

/// Runs all pending migrations in one transaction (MySQL: one after the other), alone, and names them. Another process that comes at the same
/// moment waits and then finds nothing to do.
pub fn run(connection: &mut AnyConnection) -> Result<Vec<String>, RepositoryError> {
    alone(connection, Task::Run)
}

/// The names of the migrations that have not run. Also alone: Diesel makes its own table where it is missing.
pub fn pending(connection: &mut AnyConnection) -> Result<Vec<String>, RepositoryError> {
    alone(connection, Task::List)
}

#[derive(PartialEq)]
enum Task {
    Run,
    List,
}

fn alone(connection: &mut AnyConnection, task: Task) -> Result<Vec<String>, RepositoryError> {
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => {
            connection.batch_execute(MYSQL_LIMITS)?;
            lock_mysql(connection)?;
            perform(connection, MYSQL, task)
        }
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => connection.transaction(|connection| {
            connection.batch_execute(POSTGRES_LOCK)?;
            perform(connection, POSTGRES, task)
        }),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(connection) => {
            connection.immediate_transaction(|connection| perform(connection, SQLITE, task))
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

fn perform<B, C>(connection: &mut C, source: EmbeddedMigrations, task: Task) -> Result<Vec<String>, RepositoryError>
where
    B: diesel::backend::Backend,
    C: MigrationHarness<B>,
{
    let pending = connection.pending_migrations(source).map_err(RepositoryError::other)?;
    if task == Task::Run {
        connection.run_migrations(&pending).map_err(RepositoryError::other)?;
    }
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}
