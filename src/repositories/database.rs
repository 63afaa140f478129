mod admission;
mod outages;

use std::{error::Error, fmt, sync::Arc, time::Duration};

use diesel::r2d2::R2D2Connection;
use tokio::{
    sync::oneshot,
    task::{JoinError, spawn_blocking},
};

use self::{admission::AdmissionControl, outages::DatabaseOutages};
use super::{
    AnyConnection, DatabaseError, RepositoryError, Transaction, clock, connection::Target, migrations, pool::Pool,
    version, writable,
};
use crate::{
    domain::Deadline,
    resilience::Usage,
    settings::{DatabaseSettings, DatabaseUrl},
    telemetry::{
        self, Stopwatch,
        database::{DatabaseOutcome, PoolUse},
    },
};

/// How long the start examines a database that has responded. A pooler may delay each of about twenty queries.
const VERIFY_LIMIT: Duration = Duration::from_secs(15);

/// The database. Clones share the pool.
#[derive(Clone)]
pub struct Database {
    target: Arc<Target>,
    pool: Arc<Pool>,
    admission: AdmissionControl,
    outages: Arc<DatabaseOutages>,
    pool_timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
#[error("the database did not answer in time")]
struct NoResponse;

impl Database {
    /// Opens the database that `url` names. A server that is down is no error yet; an SQLite file is made.
    ///
    /// # Errors
    /// If the URL cannot be used. The server's state does not matter.
    pub fn open(settings: &DatabaseSettings, url: &DatabaseUrl) -> Result<Self, DatabaseError> {
        let target = Arc::new(Target::parse(url, settings)?);
        target.make()?;
        Ok(Self {
            pool: Arc::new(Pool::new(Arc::clone(&target), settings)),
            target,
            admission: AdmissionControl::new(usize::try_from(settings.pool_size.get()).unwrap_or(usize::MAX)),
            outages: Arc::default(),
            pool_timeout: settings.pool_timeout,
        })
    }

    /// The same database and pool for work that nobody waits for: one operation at a time. That one does not end in time
    /// (another process holds SQLite's lock, say) says nothing about requests, and holds none of them back. It uses one of the
    /// pool's connections meanwhile.
    #[must_use]
    pub fn for_background(&self) -> Self {
        Self {
            admission: AdmissionControl::new(1),
            ..self.clone()
        }
    }

    /// Checks once, at the start, whether this database can serve fans: it must store every name and keep prepared
    /// statements.
    ///
    /// # Errors
    /// [`DatabaseError::Unfit`] with a hint. It is no error yet if the database does not respond within
    /// `database.pool_timeout`, or if the examination takes longer than 15 s.
    pub async fn verify(&self) -> Result<(), DatabaseError> {
        let target = Arc::clone(&self.target);
        let (responded, first_response) = oneshot::channel();
        let verification = spawn_blocking(move || target.verify(|| responded.send(()).unwrap_or_default()));
        // If the connection fails, the sender is dropped as soon as the failure is known.
        let why_not: Box<dyn Error + Send + Sync> = match Deadline::after(self.pool_timeout).run(first_response).await {
            Err(_) => NoResponse.into(),
            Ok(_) => match Deadline::after(VERIFY_LIMIT).run(verification).await {
                Ok(Ok(Ok(fault))) => return fault.map_or(Ok(()), |fault| Err(DatabaseError::Unfit(fault))),
                Ok(Ok(Err(failure))) => failure.into(),
                Ok(Err(ended)) => ended.into(),
                Err(_) => NoResponse.into(),
            },
        };
        tracing::info!(database.error = %why_not, "what the database is was not verified at the start");
        Ok(())
    }

    /// Runs `operation` on a blocking thread, with a pooled connection and the current span.
    ///
    /// # Errors
    /// [`RepositoryError::Unavailable`] also if the operation does not end within `database.pool_timeout`, which includes
    /// the wait for a connection. It may still take effect later.
    pub async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut AnyConnection) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        self.on_thread(|pool, deadline| pool.once(deadline, operation)).await
    }

    /// Like [`Self::run`], for an operation that may run twice. If its connection is lost, for instance after a restart of
    /// the server, it runs once more on another one.
    pub async fn run_repeatable<T: Send + 'static>(
        &self,
        operation: impl Fn(&mut AnyConnection) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        self.on_thread(|pool, deadline| pool.repeatable(deadline, operation))
            .await
    }

    /// Runs `work` in a transaction on a blocking thread. What it returns is committed if it is `Ok`, and otherwise nothing is
    /// changed. PostgreSQL and MySQL read what is committed at the time of each statement; on SQLite one transaction that
    /// writes runs at a time.
    ///
    /// `work` may run several times: again after a deadlock or a serialization failure, which undid everything, and once
    /// more if the connection was lost before `COMMIT` was sent. Afterwards it is never repeated, for it may have taken
    /// effect. So it changes nothing but the database.
    ///
    /// # Errors
    /// The error of `work`. [`RepositoryError::Unavailable`] also if the end of the transaction is not known.
    pub async fn transaction<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Transaction<'_>) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        self.on_thread(|pool, deadline| pool.transaction(deadline, work)).await
    }

    /// Runs a long `operation` on a separate connection, without the pool and its time limit. Slowness does not count as an
    /// outage.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn run_apart<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut AnyConnection) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        let (target, span) = (Arc::clone(&self.target), tracing::Span::current());
        let task = spawn_blocking(move || {
            span.in_scope(|| operation(&mut target.connect().map_err(RepositoryError::unavailable)?))
        });
        task.await.map_err(ended)?
    }

    /// Whether the database responds.
    pub async fn ping(&self) -> Result<(), RepositoryError> {
        self.run_repeatable(|connection| Ok(connection.ping()?)).await
    }

    /// Whether the database responds and accepts writes. For SQLite also whether its file still exists, is a database and
    /// can be written.
    pub async fn probe(&self) -> Result<(), RepositoryError> {
        self.run_repeatable(writable::check).await?;
        self.outages.writes();
        let target = Arc::clone(&self.target);
        let outcome = spawn_blocking(move || target.inspect()).await.map_err(ended)?;
        self.outages.inspected(&outcome);
        outcome.map_err(RepositoryError::unavailable)
    }

    /// Runs the pending migrations and returns their names. Several processes may do this at once.
    pub async fn migrate(&self) -> Result<Vec<String>, RepositoryError> {
        self.run_apart(migrations::run).await
    }

    /// The names of the migrations that have not run.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, RepositoryError> {
        self.run_apart(migrations::pending).await
    }

    /// The backend's name: `SQLite`, `PostgreSQL`, `MySQL`.
    pub fn backend_name(&self) -> &'static str {
        self.target.backend_name()
    }

    /// The backend's name and version.
    pub async fn describe(&self) -> Result<String, RepositoryError> {
        let version = self.run_repeatable(version::read).await?;
        Ok(format!("{} {version}", self.backend_name()))
    }

    /// The server's time since 1970-01-01T00:00:00Z. None if there is no server.
    pub async fn server_time(&self) -> Result<Option<Duration>, RepositoryError> {
        self.run_repeatable(clock::read).await
    }

    /// How much of the pool is in use at this moment.
    pub fn pool_use(&self) -> PoolUse {
        let Usage { running, waiting } = self.admission.usage();
        let (connections, max) = self.pool.size();
        let in_use = u32::try_from(running).unwrap_or(u32::MAX).min(connections);
        PoolUse {
            in_use,
            idle: connections - in_use,
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            max,
        }
    }

    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Pool, Deadline) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        let begun = Stopwatch::start();
        let outcome = self.admitted(work).await;
        let counted = outcome
            .as_ref()
            .map_or_else(RepositoryError::outcome, |_| DatabaseOutcome::Ok);
        telemetry::metrics().database.record(counted, begun.elapsed());
        self.outages.operation_ended(&outcome);
        outcome
    }

    async fn admitted<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Pool, Deadline) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        self.pool.check()?;
        let deadline = Deadline::after(self.pool_timeout);
        let admission = self.admission.admit(deadline).await?;
        let (pool, span) = (Arc::clone(&self.pool), tracing::Span::current());
        let task = spawn_blocking(move || {
            let outcome = span.in_scope(|| work(&pool, deadline));
            admission.end(&outcome);
            outcome
        });
        // A frozen server may block the thread with its permit, but not the caller.
        match deadline.run(task).await {
            Ok(outcome) => outcome.map_err(ended)?,
            Err(_) => {
                self.admission.record_timeout();
                Err(RepositoryError::unavailable(NoResponse))
            }
        }
    }
}

fn ended(error: JoinError) -> RepositoryError {
    if error.is_panic() {
        RepositoryError::other(error)
    } else {
        RepositoryError::unavailable(error)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Database({})", self.backend_name())
    }
}
