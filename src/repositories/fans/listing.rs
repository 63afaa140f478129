use diesel::prelude::*;

use super::{FansRepository, row::FanRow};
use crate::{
    domain::{FanId, FanKey, FansProfile},
    repositories::{AnyConnection, RepositoryError, schema::fans_profiles},
};

/// What operators look up. Lists are read in pages of consecutive ids, so that any page costs the same.
impl FansRepository {
    /// The fan that `key` names.
    pub async fn find_by_key(&self, key: &FanKey) -> Result<Option<FansProfile>, RepositoryError> {
        match key {
            FanKey::Id(id) => self.find(*id).await,
            FanKey::OpenId(openid) => self.find_by_openid(openid).await,
        }
    }

    /// The fans with this unionid, `limit` of them at most. In one account there should be one.
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

    /// The `limit` fans that follow on the one with the id `after` (none: the first ones), in the order in which they
    /// registered.
    pub async fn page(&self, after: Option<FanId>, limit: u16) -> Result<Vec<FansProfile>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let after = after.map_or_else(String::new, |id| id.to_string());
        let query = move |connection: &mut AnyConnection| {
            let fans = fans_profiles::table.filter(fans_profiles::id.gt(&after));
            let fans = fans.filter(fans_profiles::app_id.eq(&app_id));
            let fans = fans.order(fans_profiles::id).limit(limit.into());
            read_all(fans.select(FanRow::as_select()).load(connection)?)
        };
        self.database.run_repeatable(query).await
    }

    /// How many fans there are. The backends count row by row.
    pub async fn count(&self) -> Result<u64, RepositoryError> {
        let app_id = self.app_id.to_string();
        let query = move |connection: &mut AnyConnection| {
            let fans = fans_profiles::table.filter(fans_profiles::app_id.eq(&app_id));
            let count: i64 = fans.count().get_result(connection)?;
            u64::try_from(count).map_err(RepositoryError::corrupt)
        };
        self.database.run_repeatable(query).await
    }
}

fn read_all(rows: Vec<FanRow>) -> Result<Vec<FansProfile>, RepositoryError> {
    rows.into_iter().map(FanRow::read).collect()
}
