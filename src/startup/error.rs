use crate::{
    cache::RedisClientError,
    repositories::{DatabaseError, RepositoryError},
    services::push::replies::RepliesError,
    storage::StorageOpenError,
    texts::TextError,
    views::ViewError,
};

/// Why the application did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// A listener's address is in use, or does not belong to this machine.
    #[error("cannot listen on {address}: {source}; is something else running there? Set `{key}` to another port")]
    Listen {
        /// Host and port.
        address: String,
        /// The setting that names it.
        key: &'static str,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A listener or a signal handler could not be set up.
    #[error("the server could not be set up: {0}")]
    Server(#[from] std::io::Error),
    /// The database is unfit or its URL is faulty.
    #[error("the database (DATABASE_URL): {0}")]
    Database(#[from] DatabaseError),
    /// A migration failed.
    #[error("the migrations did not run: {0}; mend the database, or set `database.migrate_on_start = false`")]
    Migrate(#[source] RepositoryError),
    /// The cache's URL cannot be used.
    #[error("the cache (REDIS_URL): {0}")]
    Cache(#[from] RedisClientError),
    /// The rules for replies are faulty.
    #[error("the replies: {0}")]
    Replies(#[from] RepliesError),
    /// A template or a static file is faulty.
    #[error("the pages: {0}")]
    Views(#[from] ViewError),
    /// The texts are faulty.
    #[error("the texts: {0}")]
    Texts(#[from] TextError),
    /// The object storage cannot be used.
    #[error("the object storage (`storage.url`): {0}")]
    Storage(#[from] StorageOpenError),
    /// No TLS client can be made.
    #[error("TLS towards the platform: {0}")]
    Tls(#[from] rustls::Error),
    /// The setting is not valid in a header.
    #[error("`wechat.open_url` cannot stand in a header: {0}")]
    Header(#[from] actix_web::http::header::InvalidHeaderValue),
    /// The public URL does not join with a path.
    #[error("`server.public_url` cannot carry the callback: {0}")]
    Url(#[from] url::ParseError),
}
