//! The database. Diesel and its row types are used only here.
//!
//! The scheme of `DATABASE_URL` chooses the backend at run time. All queries run on blocking threads, through [`Database`],
//! which limits how many callers wait and for how long.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("fanpass needs a database: enable the feature `sqlite`, `postgres` or `mysql`");

mod account_secrets;
mod audit_log;
mod clock;
mod connection;
mod daily_counts;
mod database;
mod database_error;
mod erasure_receipts;
mod error;
mod fans;
mod jobs;
mod migrations;
mod photos;
mod pool;
mod preflight;
mod push_receipts;
mod schema;
mod session_generations;
mod session_revocations;
mod time;
mod transaction;
mod used_once;
mod version;
mod writable;

pub use account_secrets::{AccountSecretsRepository, SecretUse};
pub use audit_log::{AuditLogRepository, AuditPeriod, ChainState};
pub use connection::AnyConnection;
pub use daily_counts::{CountAddition, DailyCountsRepository, DayCounts};
pub use database::Database;
pub use database_error::DatabaseError;
pub use erasure_receipts::{ErasureReceiptsRepository, NewReceipt, Receipt};
pub use error::RepositoryError;
pub use fans::{FansRepository, FollowCheck, NewFan, StoredAvatar};
pub use jobs::{Added, JobRecord, JobsRepository, JobsStatus};
pub use photos::PhotosRepository;
pub use preflight::{Preflight, PreflightError};
pub use push_receipts::{NewPushReceipt, PushReceiptsRepository};
pub use session_revocations::{SessionRevocationsRepository, SignOut, StoredRevocation};
pub use transaction::Transaction;
pub use used_once::{Use, UsedOnceKind, UsedOnceRepository};
