//! Tests of the database and the cache. Each suite runs on every backend, with real servers.
//!
//! `FANPASS_TEST_DATABASE_URL` names a PostgreSQL server and `FANPASS_TEST_MYSQL_URL` a MySQL or MariaDB (as an
//! administrator: each test makes a database of its own), `FANPASS_TEST_REDIS_URL` a Redis. What is absent is counted aloud;
//! with `FANPASS_TEST_ALL=1` it is a failure.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something unexpected happens; helpers of tests are not recognised as tests"
)]

mod audit_log;
mod bucket;
mod cache;
mod cache_check;
mod cache_outages;
mod cache_pauses;
mod cache_refusals;
mod check_database;
mod daily_counts;
mod database;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod database_failover;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod database_outages;
mod erasure;
mod fans;
mod jobs;
mod listing;
#[cfg(feature = "mysql")]
mod mysql_accounts;
#[cfg(feature = "mysql")]
mod mysql_tls;
#[cfg(feature = "postgres")]
mod pgbouncer;
mod photos;
#[cfg(feature = "postgres")]
mod postgres_encodings;
#[cfg(feature = "postgres")]
mod postgres_messages;
#[cfg(feature = "postgres")]
mod postgres_passwords;
mod redis_failover;
mod redis_tls;
mod revocation_sync;
mod session_revocations;
#[cfg(feature = "sqlite")]
mod sqlite_file;
mod support;
mod transactions;
