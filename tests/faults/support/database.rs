use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
};

use diesel::{
    Connection, MysqlConnection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query,
    sql_types::Text,
};
use tempfile::TempDir;

use super::{
    server::{Kind, Server},
    skipped,
};

/// The database of a scene. `FANPASS_FAULTS_DATABASE` chooses the server: `postgres`, unless it is `mysql`.
pub enum Database {
    Server(Server),
    Sqlite(PathBuf),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

impl Database {
    /// The chosen server, started in `folder`; none where it is not installed.
    pub fn server(folder: &Path, what: &str) -> Option<Self> {
        let chosen = env::var("FANPASS_FAULTS_DATABASE").unwrap_or_else(|_| "postgres".to_owned());
        let Some(kind) = Kind::find(&chosen) else {
            skipped(what, &chosen);
            return None;
        };
        Some(Self::Server(Server::start(folder, kind)))
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Server(server) => server.name(),
            Self::Sqlite(_) => "SQLite",
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Server(server) => server.url(),
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
        }
    }

    pub fn as_server(&self) -> &Server {
        match self {
            Self::Server(server) => server,
            Self::Sqlite(_) => panic!("a file is no server"),
        }
    }

    /// The openids of all fans that are stored.
    pub fn openids(&self) -> HashSet<String> {
        let text = match self {
            Self::Server(server) if server.name() == "MariaDB" => "CONVERT(openid USING utf8mb4)",
            _ => "openid",
        };
        self.lines(&format!("SELECT {text} AS text FROM fans_profiles"))
            .into_iter()
            .collect()
    }

    /// The rows of a statement with one column `text`.
    pub fn lines(&self, statement: &str) -> Vec<String> {
        let (copy, url) = match self {
            Self::Server(server) => (None, server.url()),
            Self::Sqlite(path) => {
                let copy = copied(path);
                let path = copy.path().join("fanpass.db").display().to_string();
                (Some(copy), path)
            }
        };
        let query = sql_query(statement);
        let lines: Vec<Line> = match self.name() {
            "PostgreSQL" => query.load(&mut PgConnection::establish(&url).unwrap()),
            "MariaDB" => query.load(&mut MysqlConnection::establish(&url).unwrap()),
            _ => query.load(&mut SqliteConnection::establish(&url).unwrap()),
        }
        .unwrap();
        drop(copy);
        lines.into_iter().map(|line| line.text).collect()
    }
}

/// A copy of the database with its log, made while nobody writes: SQLite would not find the way to a disk that only
/// another process sees.
fn copied(path: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for suffix in ["", "-wal"] {
        let (from, to) = (format!("{}{suffix}", path.display()), format!("fanpass.db{suffix}"));
        fs::copy(from, folder.path().join(to)).unwrap();
    }
    folder
}
