use std::{
    fs, io,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use diesel::{
    Connection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    dsl::{select, sql},
    sql_types::BigInt,
};

use crate::repositories::connection::ConnectFailure;

/// Less than the time limit of a probe, so that a lock that is held is reported as one.
const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 1000;";

/// Fans' names are in it. SQLite gives its files beside it the same.
const MODE: u32 = 0o640;

/// The file of a database, as it was when it was opened.
pub struct File {
    identity: (u64, u64),
}

#[derive(Debug, thiserror::Error)]
enum Unsound {
    #[error("the file of the database is gone: {0}")]
    Gone(#[source] io::Error),
    #[error(
        "the file of the database is another one than at the start; what is written goes to the old one until a restart"
    )]
    Replaced,
    #[error("the file of the database holds no tables")]
    Empty,
    #[error("the file of the database cannot be opened: {0}")]
    Closed(#[from] diesel::ConnectionError),
    #[error("the file of the database cannot be read and written: {0}")]
    Refused(#[from] diesel::result::Error),
}

impl File {
    /// Makes the file, which others than its owner and group cannot read, and its folder. Fails with the system's own reason, where SQLite would only say that it is unable
    /// to open the file.
    pub fn make(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.read(true).append(true).create(true).mode(MODE);
        let file = options.open(path)?;
        Ok(Self {
            identity: identity(&file.metadata()?),
        })
    }

    /// Whether the file is still there, the same one, a database, and free to be written within a second. A connection
    /// that is open notices none of it: it reads from its cache and writes into a file that nobody can find any more.
    pub fn inspect(&self, path: &str) -> Result<(), ConnectFailure> {
        self.examine(path)
            .map_err(|unsound| ConnectFailure(unsound.to_string()))
    }

    fn examine(&self, path: &str) -> Result<(), Unsound> {
        // Opening the file besides SQLite would drop the locks of the whole process when it is closed.
        if identity(&fs::metadata(path).map_err(Unsound::Gone)?) != self.identity {
            return Err(Unsound::Replaced);
        }
        let path = path.replace('%', "%25");
        let mut connection = SqliteConnection::establish(&format!("file:{path}?mode=rw"))?;
        connection.batch_execute(BUSY_TIMEOUT)?;
        connection.batch_execute("BEGIN IMMEDIATE")?;
        let tables: i64 = select(sql::<BigInt>("(SELECT count(*) FROM sqlite_master)")).get_result(&mut connection)?;
        connection.batch_execute("ROLLBACK")?;
        if tables == 0 { Err(Unsound::Empty) } else { Ok(()) }
    }
}

fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
