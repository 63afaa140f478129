//! The table itself, read past the application.

use std::{sync::mpsc, thread};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Nullable, Text},
};

/// A row of `fans_profiles`; moments in seconds since 1970.
#[derive(Debug, QueryableByName)]
pub struct Row {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub app_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub unionid: Option<String>,
    #[diesel(sql_type = Text)]
    pub nickname: String,
    #[diesel(sql_type = Text)]
    pub avatar_url: String,
    #[diesel(sql_type = Text)]
    pub consent_version: String,
    #[diesel(sql_type = BigInt)]
    pub consented_at: i64,
    #[diesel(sql_type = BigInt)]
    pub created_at: i64,
    #[diesel(sql_type = BigInt)]
    pub profile_refreshed_at: i64,
    #[diesel(sql_type = BigInt)]
    pub last_login_at: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

const MOMENTS: [&str; 4] = ["consented_at", "created_at", "profile_refreshed_at", "last_login_at"];

/// The row of one account's fan.
pub fn read(url: &str, app_id: &str, openid: &str) -> Row {
    let columns = "id, app_id, unionid, nickname, avatar_url, consent_version";
    let select = |moment: &dyn Fn(&str) -> String| {
        let moments = MOMENTS.map(|name| format!("{} AS {name}", moment(name))).join(", ");
        format!("SELECT {columns}, {moments} FROM fans_profiles WHERE app_id = '{app_id}' AND openid = '{openid}'")
    };
    if let Some(path) = url.strip_prefix("sqlite://") {
        let query = select(&|name| format!("CAST(strftime('%s', {name}) AS INTEGER)"));
        return sql_query(query).get_result(&mut sqlite(path)).unwrap();
    }
    #[cfg(feature = "mysql")]
    if url.starts_with("mysql://") {
        let query = select(&|name| format!("CAST(UNIX_TIMESTAMP({name}) AS SIGNED)"));
        return sql_query(query).get_result(&mut mysql(url)).unwrap();
    }
    let query = select(&|name| format!("EXTRACT(EPOCH FROM {name})::BIGINT"));
    sql_query(query)
        .get_result(&mut diesel::PgConnection::establish(url).unwrap())
        .unwrap()
}

pub fn count(url: &str, app_id: &str, openid: Option<&str>) -> i64 {
    let condition = openid.map_or_else(String::new, |openid| format!(" AND openid = '{openid}'"));
    let rows = format!("SELECT COUNT(*) AS found FROM fans_profiles WHERE app_id = '{app_id}'");
    number(url, &format!("{rows}{condition}"))
}

/// The number that a query has as its column `found`.
pub fn number(url: &str, query: &str) -> i64 {
    let query = sql_query(query);
    let found: Count = match url.strip_prefix("sqlite://") {
        Some(path) => query.get_result(&mut sqlite(path)).unwrap(),
        #[cfg(feature = "mysql")]
        None if url.starts_with("mysql://") => query.get_result(&mut mysql(url)).unwrap(),
        None => query
            .get_result(&mut diesel::PgConnection::establish(url).unwrap())
            .unwrap(),
    };
    found.found
}

pub fn execute(url: &str, statement: &str) {
    let query = sql_query(statement);
    match url.strip_prefix("sqlite://") {
        Some(path) => query.execute(&mut sqlite(path)).unwrap(),
        #[cfg(feature = "mysql")]
        None if url.starts_with("mysql://") => query.execute(&mut mysql(url)).unwrap(),
        None => query
            .execute(&mut diesel::PgConnection::establish(url).unwrap())
            .unwrap(),
    };
}

/// Locks a table until the sender is dropped: whoever writes it waits.
pub fn lock(url: &str, table: &str) -> mpsc::Sender<()> {
    let (url, table) = (url.to_owned(), table.to_owned());
    let (release, released) = mpsc::channel::<()>();
    let (locking, locked) = mpsc::channel();
    thread::spawn(move || {
        let hold = |connection: &mut dyn FnMut(&str)| {
            let statement = match &*url {
                sqlite if sqlite.starts_with("sqlite:") => "BEGIN IMMEDIATE".to_owned(),
                mysql if mysql.starts_with("mysql:") => format!("LOCK TABLES {table} WRITE"),
                _ => format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"),
            };
            connection(&statement);
            locking.send(()).unwrap();
            let _released = released.recv();
        };
        match url.strip_prefix("sqlite://") {
            Some(path) => {
                let mut own = sqlite(path);
                hold(&mut |statement| own.batch_execute(statement).unwrap());
            }
            #[cfg(feature = "mysql")]
            None if url.starts_with("mysql://") => {
                let mut own = mysql(&url);
                hold(&mut |statement| own.batch_execute(statement).unwrap());
            }
            None => {
                let mut own = diesel::PgConnection::establish(&url).unwrap();
                hold(&mut |statement| own.batch_execute(statement).unwrap());
            }
        }
    });
    locked.recv().unwrap();
    release
}

/// The application may be writing at the same moment.
pub fn sqlite(path: &str) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(path).unwrap();
    sql_query("PRAGMA busy_timeout = 5000")
        .execute(&mut connection)
        .unwrap();
    connection
}

#[cfg(feature = "mysql")]
fn mysql(url: &str) -> diesel::MysqlConnection {
    diesel::MysqlConnection::establish(&super::backends::plain_mysql(url)).unwrap()
}
