use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

use super::{AnyConnection, RepositoryError};

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The version of the library or the server.
pub fn read(connection: &mut AnyConnection) -> Result<String, RepositoryError> {
    let found: Version = match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => sql_query("SELECT VERSION() AS version").get_result(connection),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => {
            sql_query("SELECT current_setting('server_version') AS version").get_result(connection)
        }
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(connection) => sql_query("SELECT sqlite_version() AS version").get_result(connection),
    }?;
    Ok(found.version)
}
