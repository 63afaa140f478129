use diesel::prelude::*;
use time::PrimitiveDateTime;

use crate::{
    domain::{Job, JobId, JobKind, NewJob},
    repositories::{RepositoryError, schema::jobs, time::to_column},
};

/// What the runner reads of a job.
#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    id: String,
    kind: String,
    subject: Option<String>,
    target: Option<String>,
    payload: String,
    attempts: i32,
}

impl JobRow {
    /// Converts the row.
    ///
    /// # Errors
    /// [`RepositoryError::Corrupt`] if the id is malformed or the kind is not known.
    pub fn read(self) -> Result<Job, RepositoryError> {
        let kind = JobKind::parse(&self.kind).ok_or_else(|| RepositoryError::corrupt("a kind that is not known"))?;
        Ok(Job {
            id: JobId::parse(&self.id).map_err(RepositoryError::corrupt)?,
            kind,
            subject: self.subject,
            target: self.target,
            payload: self.payload,
            attempt: u32::try_from(self.attempts).unwrap_or_default(),
        })
    }
}

/// A row to add.
#[derive(Insertable)]
#[diesel(table_name = jobs)]
pub struct NewJobRow<'a> {
    id: String,
    app_id: &'a str,
    kind: &'static str,
    subject: Option<&'a str>,
    target: Option<&'a str>,
    name: Option<&'a str>,
    payload: &'a str,
    run_at: PrimitiveDateTime,
    attempts: i32,
    created_at: PrimitiveDateTime,
}

impl<'a> NewJobRow<'a> {
    /// The row of `job`.
    ///
    /// # Errors
    /// [`RepositoryError::Other`] for times after the year 9999.
    pub fn new(app_id: &'a str, job: &'a NewJob) -> Result<Self, RepositoryError> {
        Ok(Self {
            id: job.id.to_string(),
            app_id,
            kind: job.kind.as_str(),
            subject: job.subject.as_deref(),
            target: job.target.as_deref(),
            name: job.name.as_deref(),
            payload: &job.payload,
            run_at: to_column(job.run_at)?,
            attempts: 0,
            created_at: to_column(job.now)?,
        })
    }
}
