//! The database part of `check`. It only reads: no file, no table and no row is created.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod rights;

use tokio::task::spawn_blocking;

use super::{
    AnyConnection, DatabaseError, RepositoryError, clock,
    connection::{ConnectFailure, Target},
    migrations, writable,
};
use crate::{
    domain::{Clock, ClockOffset},
    settings::{DatabaseSettings, DatabaseUrl},
};

/// The result of checking a database.
#[derive(Debug)]
pub struct Preflight {
    /// The backend's name.
    pub backend: &'static str,
    /// Whether the database exists. A missing SQLite file is created at the start.
    pub exists: bool,
    /// The names of the migrations that have not run, or why they cannot be read. None if the database was not queried.
    pub pending: Option<Result<Vec<String>, RepositoryError>>,
    /// Faults that stop `serve` from working with it, each with a hint.
    pub faults: Vec<String>,
    /// Notes for the operator.
    pub notes: Vec<String>,
    /// How far the server's clock is from ours. None if there is no server.
    pub clock: Option<ClockOffset>,
}

/// Faults and notes of one part.
#[derive(Debug, Default, PartialEq, Eq)]
struct Findings {
    faults: Vec<String>,
    notes: Vec<String>,
}

/// Why a database could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum PreflightError {
    /// The URL cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// It cannot be reached, or refuses the connection.
    #[error("{0}")]
    Connect(#[from] ConnectFailure),
    /// A query failed.
    #[error(transparent)]
    Query(#[from] RepositoryError),
}

impl Preflight {
    /// Checks the database that `url` names, on a separate connection.
    ///
    /// # Errors
    /// If it cannot be reached or queried.
    pub async fn run(settings: &DatabaseSettings, url: &DatabaseUrl, clock: &Clock) -> Result<Self, PreflightError> {
        let target = Target::parse(url, settings)?;
        let (migrates, clock) = (settings.migrate_on_start, clock.clone());
        let task = spawn_blocking(move || inspect(&target, migrates, &clock));
        task.await.map_err(RepositoryError::other)?
    }
}

fn inspect(target: &Target, migrates: bool, clock: &Clock) -> Result<Preflight, PreflightError> {
    let (files, may_open) = files(target);
    let mut found = Preflight {
        backend: target.backend_name(),
        exists: true,
        pending: None,
        faults: files.faults,
        notes: files.notes,
        clock: None,
    };
    if !may_open {
        return Ok(found);
    }
    let Some(mut connection) = target.connect_to_read()? else {
        found.exists = false;
        found.pending = Some(none_run());
        return Ok(found);
    };
    found.clock = offset(&mut connection, clock)?;
    found.faults.extend(target.find_fault());
    found.faults.extend(writable::find_fault(&mut connection)?);
    let pending = migrations::pending(&mut connection);
    let makes_tables = migrates && pending.as_ref().is_ok_and(|pending| !pending.is_empty());
    found.pending = Some(pending);
    let rights = rights(&mut connection, makes_tables)?;
    found.faults.extend(rights.faults);
    found.notes.extend(rights.notes);
    Ok(found)
}

#[cfg(feature = "sqlite")]
fn none_run() -> Result<Vec<String>, RepositoryError> {
    migrations::of_a_new_file()
}

#[cfg(not(feature = "sqlite"))]
fn none_run() -> Result<Vec<String>, RepositoryError> {
    Ok(Vec::new())
}

/// Faults and notes about files, and whether the database may be queried.
fn files(target: &Target) -> (Findings, bool) {
    match target {
        #[cfg(feature = "mysql")]
        Target::Mysql(_) => (Findings::default(), true),
        #[cfg(feature = "postgres")]
        Target::Postgres(_) => (Findings::default(), true),
        #[cfg(feature = "sqlite")]
        Target::Sqlite(target) => {
            let check = target.check_file();
            let may_open = check.faults.is_empty() && !check.is_left_alone;
            let (faults, notes) = (check.faults, check.notes);
            (Findings { faults, notes }, may_open)
        }
    }
}

fn offset(connection: &mut AnyConnection, clock: &Clock) -> Result<Option<ClockOffset>, RepositoryError> {
    let asked = clock.now_precise();
    let theirs = clock::read(connection)?;
    let answered = clock.now_precise();
    Ok(theirs.map(|theirs| ClockOffset::between(asked, theirs, answered)))
}

/// The rights that the connection's role lacks. SQLite has no roles.
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    expect(unused_variables, reason = "SQLite alone has no roles")
)]
fn rights(connection: &mut AnyConnection, makes_tables: bool) -> Result<Findings, RepositoryError> {
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => mysql::check(connection, makes_tables),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => postgres::check(connection, makes_tables),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => Ok(Findings::default()),
    }
}
