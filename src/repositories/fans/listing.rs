use diesel::prelude::*;
#[cfg(feature = "sqlite")]
use diesel::{
    dsl::sql,
    sql_types::{Bool, Text},
};

use super::{FansRepository, row::FanRow};
use crate::{
    domain::{FanId, FanKey, FansProfile},
    repositories::{AnyConnection, RepositoryError, schema::fans_profiles},
};

/// Without statistics SQLite would use the index that begins with the account, and sort all fans for every page. The plus
/// prevents that.
#[cfg(feature = "sqlite")]
const OF_ACCOUNT: &str = "+app_id = ";

/// The query for one page.
macro_rules! page {
    ($of_account:expr, $after:expr, $limit:expr) => {{
        let fans = fans_profiles::table.filter(fans_profiles::id.gt($after));
        let fans = fans.filter($of_account).order(fans_profiles::id);
        fans.limit($limit.into()).select(FanRow::as_select())
    }};
}

/// The operators' queries. Lists are read in pages of consecutive ids, so that every page costs the same.
impl FansRepository {
    /// The fan that `key` names.
    pub async fn find_by_key(&self, key: &FanKey) -> Result<Option<FansProfile>, RepositoryError> {
        match key {
            FanKey::Id(id) => self.find(*id).await,
            FanKey::OpenId(openid) => self.find_by_openid(openid).await,
        }
    }

    /// At most `limit` fans with this unionid. In one account there should be only one.
    pub async fn find_by_unionid(&self, unionid: &str, limit: u16) -> Result<Vec<FansProfile>, RepositoryError> {
        let (app_id, unionid) = (self.app_id.to_string(), unionid.to_owned());
        let query = move |connection: &mut AnyConnection| {
            let fans = fans_profiles::table.filter(fans_profiles::unionid.eq(&unionid));
            let fans = fans.filter(fans_profiles::app_id.eq(&app_id));
            let fans = fans.order(fans_profiles::id).limit(limit.into());
            read_all(fans.select(FanRow::as_select()).load(connection)?)
        };
        self.database.run_repeatable(query).await
    }

    /// The next `limit` fans after the id `after` (none: the first ones), in the order of registration.
    pub async fn page(&self, after: Option<FanId>, limit: u16) -> Result<Vec<FansProfile>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let after = after.map_or_else(String::new, |id| id.to_string());
        let query = move |connection: &mut AnyConnection| {
            let rows: QueryResult<Vec<FanRow>> = match connection {
                #[cfg(feature = "mysql")]
                AnyConnection::Mysql(connection) => {
                    page!(fans_profiles::app_id.eq(&app_id), &after, limit).load(connection)
                }
                #[cfg(feature = "postgres")]
                AnyConnection::Postgres(connection) => {
                    page!(fans_profiles::app_id.eq(&app_id), &after, limit).load(connection)
                }
                #[cfg(feature = "sqlite")]
                AnyConnection::Sqlite(connection) => {
                    page!(sql::<Bool>(OF_ACCOUNT).bind::<Text, _>(&app_id), &after, limit).load(connection)
                }
            };
            read_all(rows?)
        };
        self.database.run_repeatable(query).await
    }

    /// The number of fans. The backends count row by row, which takes seconds for millions, so this does not use the pool.
    pub async fn count(&self) -> Result<u64, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let fans = fans_profiles::table.filter(fans_profiles::app_id.eq(&app_id));
            let count: i64 = fans.count().get_result(connection)?;
            u64::try_from(count).map_err(RepositoryError::corrupt)
        };
        self.database.run_apart(query).await
    }
}

fn read_all(rows: Vec<FanRow>) -> Result<Vec<FansProfile>, RepositoryError> {
    rows.into_iter().map(FanRow::read).collect()
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use diesel::{connection::SimpleConnection, debug_query, sql_query, sqlite::Sqlite};

    use super::*;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    #[test]
    fn sqlite_finds_a_page_by_its_first_id_and_sorts_nothing() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        for migration in [
            include_str!("../../../migrations/sqlite/2026-11-23-000001_create_fans_profiles/up.sql"),
            include_str!("../../../migrations/sqlite/2026-11-27-000007_add_follow_state/up.sql"),
            include_str!("../../../migrations/sqlite/2026-11-28-000008_add_unsubscribed_at/up.sql"),
        ] {
            connection.batch_execute(migration).unwrap();
        }
        // Of a later migration, which is about another table.
        connection
            .batch_execute("ALTER TABLE fans_profiles ADD COLUMN avatar_object TEXT")
            .unwrap();
        let page = page!(sql::<Bool>(OF_ACCOUNT).bind::<Text, _>("wx00"), "0", 10_u16);
        let plan = format!("EXPLAIN QUERY PLAN {}", debug_query::<Sqlite, _>(&page));
        let plan: Vec<Step> = sql_query(plan).load(&mut connection).unwrap();
        let plan: Vec<_> = plan.into_iter().map(|step| step.detail).collect();
        assert_eq!(
            plan,
            ["SEARCH fans_profiles USING INDEX sqlite_autoindex_fans_profiles_1 (id>?)"]
        );
    }
}
