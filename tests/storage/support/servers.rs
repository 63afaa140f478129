//! The database servers that a test may stop, freeze and start.

use super::*;

/// A PostgreSQL or a MariaDB of one test.
pub enum PrivateServer {
    #[cfg(feature = "postgres")]
    Postgres(private_postgres::PrivatePostgres),
    #[cfg(feature = "mysql")]
    Mysql(private_mysql::PrivateMysql),
}

macro_rules! each {
    ($server:expr, $inner:ident => $call:expr) => {
        match $server {
            #[cfg(feature = "postgres")]
            PrivateServer::Postgres($inner) => $call,
            #[cfg(feature = "mysql")]
            PrivateServer::Mysql($inner) => $call,
        }
    };
}

impl PrivateServer {
    pub fn start(&mut self) {
        each!(self, server => server.start());
    }

    pub fn stop(&mut self) {
        each!(self, server => server.stop());
    }

    pub fn freeze(&self) {
        each!(self, server => server.freeze());
    }

    pub fn thaw(&self) {
        each!(self, server => server.thaw());
    }

    pub fn url(&self) -> String {
        each!(self, server => server.url())
    }

    /// A statement that takes this long.
    pub fn sleep(&self, seconds: &str) -> String {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => format!("SELECT pg_sleep({seconds})"),
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => format!("SELECT SLEEP({seconds})"),
        }
    }
}

/// Runs `test` once on a server of each kind, which is not started yet.
pub async fn each_server(what: &str, test: impl AsyncFn(&mut PrivateServer)) {
    #[cfg(feature = "postgres")]
    if let Some(server) = private_postgres::PrivatePostgres::new(&format!("a PostgreSQL that {what}")) {
        eprintln!("on PostgreSQL");
        test(&mut PrivateServer::Postgres(server)).await;
    }
    #[cfg(feature = "mysql")]
    if let Some(server) = private_mysql::PrivateMysql::new(&format!("a MariaDB that {what}")) {
        eprintln!("on MariaDB");
        test(&mut PrivateServer::Mysql(server)).await;
    }
}
