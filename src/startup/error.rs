use crate::{cache::RedisUrlError, domain::RandomError, repositories::DatabaseError, views::ViewError};

/// Why the application did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}; is something else running there? Set `{key}` to another port")]
    Listen {
        /// Host and port.
        address: String,
        /// The setting that names it.
        key: &'static str,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A server could not be set up.
    #[error("the server could not be set up: {0}")]
    Server(#[from] std::io::Error),
    /// The database.
    #[error("the database (DATABASE_URL): {0}")]
    Database(#[from] DatabaseError),
    /// The migrations.
    #[error("the migrations did not run: {0}; mend the database, or set `database.migrate_on_start = false`")]
    Migrate(#[source] crate::repositories::RepositoryError),
    /// The cache.
    #[error("the cache (REDIS_URL): {0}")]
    Cache(#[from] RedisUrlError),
    /// The pages.
    #[error("the pages: {0}")]
    Views(#[from] ViewError),
    /// TLS towards the platform.
    #[error("TLS towards the platform: {0}")]
    Tls(#[from] rustls::Error),
    /// A setting that cannot stand in a header.
    #[error("`wechat.open_url` cannot stand in a header: {0}")]
    Header(#[from] actix_web::http::header::InvalidHeaderValue),
    /// An address that does not join.
    #[error("`server.public_url` cannot carry the callback: {0}")]
    Url(#[from] url::ParseError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}
