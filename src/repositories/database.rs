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
    AnyConnection, DatabaseError, RepositoryError, clock, connection::Target, migrations, pool::Pool, version, writable,
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

/// How long the start examines a database that has answered. A pooler may delay each of some twenty queries.
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
struct NoAnswer;

impl Database {
    /// Opens the database that `url` names. A server that is down is no error yet; an SQLite file is made.
    ///
    /// # Errors
    /// If the URL cannot be used, whatever the state of the server.
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

    /// Whether this database, once it answers, can serve fans: it holds every name, and keeps what is prepared in a
    /// session. To be asked once, at the start.
    ///
    /// # Errors
    /// [`DatabaseError::Unfit`] with what to do. A database that does not answer within `database.pool_timeout` is no
    /// error yet, nor one of which the rest is not known 15 s later.
    pub async fn verify(&self) -> Result<(), DatabaseError> {
        let target = Arc::clone(&self.target);
        let (answered, first_answer) = oneshot::channel();
        let verification = spawn_blocking(move || target.verify(|| answered.send(()).unwrap_or_default()));
        // Without an answer the sender is dropped as soon as the failure is known.
        let why_not: Box<dyn Error + Send + Sync> = match Deadline::after(self.pool_timeout).run(first_answer).await {
            Err(_) => NoAnswer.into(),
            Ok(_) => match Deadline::after(VERIFY_LIMIT).run(verification).await {
                Ok(Ok(Ok(fault))) => return fault.map_or(Ok(()), |fault| Err(DatabaseError::Unfit(fault))),
                Ok(Ok(Err(failure))) => failure.into(),
                Ok(Err(ended)) => ended.into(),
                Err(_) => NoAnswer.into(),
            },
        };
        tracing::info!(database.error = %why_not, "what the database is was not verified at the start");
        Ok(())
    }

    /// Runs `operation` on a thread that may block, with a connection of the pool and the current span.
    ///
    /// # Errors
    /// [`RepositoryError::Unavailable`] also if the operation does not end within `database.pool_timeout`, waiting for a
    /// connection included; it may then still take effect.
    pub async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut AnyConnection) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        self.on_thread(|pool, deadline| pool.once(deadline, operation)).await
    }

    /// Like [`Self::run`], for an operation that may safely run twice: if its connection turns out to be lost, as
    /// after a restart of the server, it runs once more on another one.
    pub async fn run_repeatable<T: Send + 'static>(
        &self,
        operation: impl Fn(&mut AnyConnection) -> Result<T, RepositoryError> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        self.on_thread(|pool, deadline| pool.repeatable(deadline, operation))
            .await
    }

    /// Runs `operation` on a connection of its own, for what may take long: neither the pool nor its time-out is touched, and
    /// no lateness counts as an outage.
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

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), RepositoryError> {
        self.run_repeatable(|connection| Ok(connection.ping()?)).await
    }

    /// Whether the database answers and would write, and whether SQLite's file is still there, a database, and free to be
    /// written.
    pub async fn probe(&self) -> Result<(), RepositoryError> {
        self.run_repeatable(writable::check).await?;
        self.outages.writes();
        let target = Arc::clone(&self.target);
        let outcome = spawn_blocking(move || target.inspect()).await.map_err(ended)?;
        self.outages.inspected(&outcome);
        outcome.map_err(RepositoryError::unavailable)
    }

    /// Runs the pending migrations and names them. Several processes may do so at once.
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

    /// The time of the server's clock, since 1970-01-01T00:00:00Z; none where there is no server.
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
        // A frozen server can hold the thread, and the permit with it, but not the caller.
        match deadline.run(task).await {
            Ok(outcome) => outcome.map_err(ended)?,
            Err(_) => {
                self.admission.timed_out();
                Err(RepositoryError::unavailable(NoAnswer))
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
