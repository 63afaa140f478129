//! What `check` asks a database before anybody serves from it. It only reads: no file, no table and no row is made.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod rights;

use tokio::task::spawn_blocking;

use super::{
    AnyConnection, DatabaseError, RepositoryError, clock,
    connection::{ConnectFailure, Target},
    migrations,
};
use crate::{
    domain::{Clock, ClockOffset},
    settings::{DatabaseSettings, DatabaseUrl},
};

/// What was found of a database.
#[derive(Debug)]
pub struct Preflight {
    /// The backend's name.
    pub backend: &'static str,
    /// Whether there is a database to ask; an SQLite file that is not there yet is made at the start.
    pub exists: bool,
    /// The folders of the migrations that have not run, or why that cannot be read.
    pub pending: Result<Vec<String>, RepositoryError>,
    /// What keeps `serve` from working with it, each with what to do about it.
    pub faults: Vec<String>,
    /// What is worth a look.
    pub notes: Vec<String>,
    /// How far the server's clock is from ours; none where there is no server.
    pub clock: Option<ClockOffset>,
}

/// A database that could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum PreflightError {
    /// The URL cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// It cannot be reached, or does not let us in.
    #[error("{0}")]
    Connect(#[from] ConnectFailure),
    /// It did not answer.
    #[error(transparent)]
    Query(#[from] RepositoryError),
}

impl Preflight {
    /// Asks the database that `url` names, on a connection of its own.
    ///
    /// # Errors
    /// If there is nobody to ask.
    pub async fn run(settings: &DatabaseSettings, url: &DatabaseUrl, clock: &Clock) -> Result<Self, PreflightError> {
        let target = Target::parse(url, settings)?;
        let (migrates, clock) = (settings.migrate_on_start, clock.clone());
        let task = spawn_blocking(move || look(&target, migrates, &clock));
        task.await.map_err(RepositoryError::other)?
    }
}

fn look(target: &Target, migrates: bool, clock: &Clock) -> Result<Preflight, PreflightError> {
    let (mut faults, notes) = files(target);
    let connection = if faults.is_empty() {
        target.connect_to_read()?
    } else {
        None
    };
    let Some(mut connection) = connection else {
        return Ok(Preflight {
            backend: target.backend_name(),
            exists: false,
            pending: none_run(),
            faults,
            notes,
            clock: None,
        });
    };
    let offset = offset(&mut connection, clock)?;
    faults.extend(target.find_fault());
    let pending = migrations::pending(&mut connection);
    let makes_tables = migrates && pending.as_ref().is_ok_and(|pending| !pending.is_empty());
    faults.extend(rights(&mut connection, makes_tables)?);
    Ok(Preflight {
        backend: target.backend_name(),
        exists: true,
        pending,
        faults,
        notes,
        clock: offset,
    })
}

#[cfg(feature = "sqlite")]
fn none_run() -> Result<Vec<String>, RepositoryError> {
    migrations::of_a_new_file()
}

#[cfg(not(feature = "sqlite"))]
fn none_run() -> Result<Vec<String>, RepositoryError> {
    Ok(Vec::new())
}

/// Faults and notes about files.
fn files(target: &Target) -> (Vec<String>, Vec<String>) {
    match target {
        #[cfg(feature = "mysql")]
        Target::Mysql(_) => Default::default(),
        #[cfg(feature = "postgres")]
        Target::Postgres(_) => Default::default(),
        #[cfg(feature = "sqlite")]
        Target::Sqlite(target) => {
            let look = target.look();
            (look.faults, look.notes)
        }
    }
}

fn offset(connection: &mut AnyConnection, clock: &Clock) -> Result<Option<ClockOffset>, RepositoryError> {
    let asked = clock.now_precise();
    let theirs = clock::read(connection)?;
    let answered = clock.now_precise();
    Ok(theirs.map(|theirs| ClockOffset::between(asked, theirs, answered)))
}

/// Why the role of the connection cannot do what is asked of it, if anything is missing. SQLite has no roles.
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    expect(unused_variables, reason = "SQLite alone has no roles")
)]
fn rights(connection: &mut AnyConnection, makes_tables: bool) -> Result<Vec<String>, RepositoryError> {
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => mysql::faults(connection, makes_tables),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => postgres::faults(connection, makes_tables),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => Ok(Vec::new()),
    }
}
