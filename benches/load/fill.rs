//! Makes a table of fans, of whom the sandbox knows some.

use std::{fs, net::SocketAddr};

use diesel::{Connection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};
use serde::Deserialize;

use super::{
    arguments::{Fill, database_url},
    http::Connection as Http,
    table::AnyConnection,
};

/// Fans whom the sandbox knows; they are spread evenly over the table.
const KNOWN: u32 = 10_000;

/// Rows of fans who were seen just now, so that no login writes and none refreshes a profile. `{n}` counts.
const COLUMNS: &str = "(id, app_id, openid, nickname, avatar_url, consented_at, consent_version, profile_refreshed_at, \
                       last_login_at, created_at, updated_at)";

#[derive(Deserialize)]
struct Made {
    openids: Vec<String>,
}

pub fn run(what: &Fill) {
    let openids = make_fans(what.sandbox, KNOWN.min(what.rows));
    let step = what.rows / u32::try_from(openids.len()).expect("few");
    let rename = "UPDATE fans_profiles SET openid = ";
    let rows = what.rows;
    match AnyConnection::open(&database_url()) {
        AnyConnection::Sqlite(mut connection) => connection.transaction(|connection| {
            connection.batch_execute(&sqlite_rows(rows, &what.app_id))?;
            for (number, openid) in (1..).step_by(step as usize).zip(&openids) {
                let query = sql_query(format!("{rename} ? WHERE id = ?"));
                query
                    .bind::<Text, _>(openid)
                    .bind::<Text, _>(id(number))
                    .execute(connection)?;
            }
            diesel::QueryResult::Ok(())
        }),
        AnyConnection::Postgres(mut connection) => connection
            .transaction(|connection| {
                connection.batch_execute(&postgres_rows(rows, &what.app_id))?;
                for (number, openid) in (1..).step_by(step as usize).zip(&openids) {
                    let query = sql_query(format!("{rename} $1 WHERE id = $2"));
                    query
                        .bind::<Text, _>(openid)
                        .bind::<Text, _>(id(number))
                        .execute(connection)?;
                }
                diesel::QueryResult::Ok(())
            })
            .and_then(|()| connection.batch_execute("VACUUM ANALYZE fans_profiles"))
            .and_then(|()| connection.batch_execute("CHECKPOINT")),
    }
    .expect("the table is filled");
    fs::write(&what.fans, openids.join("\n")).expect("the file of fans");
}

fn make_fans(sandbox: SocketAddr, count: u32) -> Vec<String> {
    let wish = format!(r#"{{"nickname":"粉丝","count":{count}}}"#);
    let mut connection = Http::open(sandbox).expect("the sandbox");
    let response = connection
        .send_body("POST", "/sandbox/fans", "application/json", &wish)
        .expect("the sandbox");
    assert_eq!(response.status, 201, "the sandbox makes no fans");
    serde_json::from_slice::<Made>(&response.body).expect("openids").openids
}

/// The id of the `number`th row, in the form of a UUIDv7.
fn id(number: u32) -> String {
    format!("01890000-0000-7000-8000-{number:012x}")
}

fn sqlite_rows(rows: u32, app_id: &str) -> String {
    let now = "strftime('%Y-%m-%d %H:%M:%S', 'now')";
    format!(
        "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {rows}) \
         INSERT INTO fans_profiles {COLUMNS} SELECT printf('01890000-0000-7000-8000-%012x', n), '{app_id}', \
         'o' || substr(hex(randomblob(14)), 1, 27), '粉丝' || n, \
         'https://thirdwx.qlogo.cn/mmopen/vi_32/' || hex(randomblob(30)) || '/132', \
         {now}, '2026-11', {now}, {now}, {now}, {now} FROM series"
    )
}

fn postgres_rows(rows: u32, app_id: &str) -> String {
    let now = "date_trunc('second', now() AT TIME ZONE 'UTC')";
    format!(
        "INSERT INTO fans_profiles {COLUMNS} SELECT '01890000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), '{app_id}', \
         'o' || substr(md5(random()::text), 1, 27), '粉丝' || n, \
         'https://thirdwx.qlogo.cn/mmopen/vi_32/' || md5(random()::text) || md5(random()::text) || '/132', \
         {now}, '2026-11', {now}, {now}, {now}, {now} FROM generate_series(1, {rows}) n"
    )
}
