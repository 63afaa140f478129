use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
};

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};

use tempfile::TempDir;

use super::{postgres::Postgres, skipped};

/// The database of a scene. `FANPASS_FAULTS_DATABASE` chooses the server: `postgres`.
pub enum Database {
    Postgres(Postgres),
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
        match chosen.as_str() {
            "postgres" => {
                let Some(programs) = Postgres::programs() else {
                    skipped(what, "PostgreSQL's initdb");
                    return None;
                };
                Some(Self::Postgres(Postgres::start(folder, programs)))
            }
            other => panic!("no database {other:?}"),
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Postgres(server) => server.url(),
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
        }
    }

    pub fn kill(&self) {
        match self {
            Self::Postgres(server) => server.kill(),
            Self::Sqlite(_) => unreachable!("a file is not killed"),
        }
    }

    pub fn launch(&self) {
        match self {
            Self::Postgres(server) => server.launch(),
            Self::Sqlite(_) => unreachable!("a file is not started"),
        }
    }

    pub fn freeze(&self) {
        match self {
            Self::Postgres(server) => server.freeze(),
            Self::Sqlite(_) => unreachable!("a file does not freeze"),
        }
    }

    pub fn thaw(&self) {
        match self {
            Self::Postgres(server) => server.thaw(),
            Self::Sqlite(_) => unreachable!("a file does not freeze"),
        }
    }

    /// The openids of all fans that are stored.
    pub fn openids(&self) -> HashSet<String> {
        self.lines("SELECT openid AS text FROM fans_profiles")
            .into_iter()
            .collect()
    }

    /// What a statement with one column `text` answers.
    pub fn lines(&self, statement: &str) -> Vec<String> {
        let lines: Vec<Line> = match self {
            Self::Postgres(server) => {
                let mut connection = PgConnection::establish(&server.url()).unwrap();
                sql_query(statement).load(&mut connection).unwrap()
            }
            Self::Sqlite(path) => {
                let copy = copied(path);
                let path = copy.path().join("fanpass.db");
                let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                sql_query(statement).load(&mut connection).unwrap()
            }
        };
        lines.into_iter().map(|line| line.text).collect()
    }
}

/// A copy of the database with its log, made while nobody writes: SQLite would not find the way to a disk that only
/// another process sees.
fn copied(path: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for ending in ["", "-wal"] {
        let (from, to) = (format!("{}{ending}", path.display()), format!("fanpass.db{ending}"));
        fs::copy(from, folder.path().join(to)).unwrap();
    }
    folder
}
