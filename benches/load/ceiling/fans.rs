//! The queries: a fan by id, a fan by openid, an upsert.

use actix_web::{error::ErrorInternalServerError, web};
use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::platform::Profile;
use crate::table::{AnyPool, fans_profiles};

#[derive(Clone)]
pub struct Fans {
    pool: AnyPool,
    app_id: String,
}

/// A whole row, though only its id is used.
#[derive(Queryable, Selectable)]
#[diesel(table_name = fans_profiles)]
#[expect(dead_code, reason = "what fanpass reads is read")]
struct Row {
    id: String,
    app_id: String,
    openid: String,
    unionid: Option<String>,
    nickname: String,
    avatar_url: String,
    consented_at: PrimitiveDateTime,
    consent_version: String,
    profile_refreshed_at: PrimitiveDateTime,
    last_login_at: PrimitiveDateTime,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
}

/// Runs a query on either backend, on a blocking thread.
macro_rules! blocking {
    ($pool:expr, $connection:ident => $query:expr) => {{
        let pool = $pool.clone();
        web::block(move || match pool {
            AnyPool::Sqlite(pool) => {
                let $connection = &mut *pool.get().expect("a connection");
                $query
            }
            AnyPool::Postgres(pool) => {
                let $connection = &mut *pool.get().expect("a connection");
                $query
            }
        })
        .await?
        .map_err(ErrorInternalServerError)
    }};
}

impl Fans {
    pub fn new(pool: AnyPool, app_id: String) -> Self {
        Self { pool, app_id }
    }

    pub async fn find(&self, id: String) -> actix_web::Result<Option<String>> {
        let app_id = self.app_id.clone();
        let row: Option<Row> = blocking!(self.pool, connection => fans_profiles::table
            .filter(fans_profiles::id.eq(&id))
            .filter(fans_profiles::app_id.eq(&app_id))
            .select(Row::as_select())
            .get_result(connection)
            .optional())?;
        Ok(row.map(|row| row.id))
    }

    pub async fn find_by_openid(&self, openid: String) -> actix_web::Result<Option<String>> {
        let app_id = self.app_id.clone();
        let row: Option<Row> = blocking!(self.pool, connection => fans_profiles::table
            .filter(fans_profiles::app_id.eq(&app_id))
            .filter(fans_profiles::openid.eq(&openid))
            .select(Row::as_select())
            .get_result(connection)
            .optional())?;
        Ok(row.map(|row| row.id))
    }

    /// One upsert and a look at what is stored, in one transaction.
    pub async fn register(&self, profile: Profile) -> actix_web::Result<String> {
        let app_id = self.app_id.clone();
        let now = time::OffsetDateTime::now_utc();
        let now = PrimitiveDateTime::new(now.date(), now.time());
        let row: Row = blocking!(self.pool, connection => connection.transaction(|connection| {
            let changes = (
                fans_profiles::nickname.eq(&profile.nickname),
                fans_profiles::avatar_url.eq(&profile.headimgurl),
                fans_profiles::consented_at.eq(now),
                fans_profiles::consent_version.eq("2026-11"),
                fans_profiles::profile_refreshed_at.eq(now),
                fans_profiles::last_login_at.eq(now),
                fans_profiles::updated_at.eq(now),
            );
            let id = uuid::Uuid::now_v7().to_string();
            diesel::insert_into(fans_profiles::table)
                .values((
                    fans_profiles::id.eq(id),
                    fans_profiles::app_id.eq(&app_id),
                    fans_profiles::openid.eq(&profile.openid),
                    fans_profiles::created_at.eq(now),
                    changes,
                ))
                .on_conflict((fans_profiles::app_id, fans_profiles::openid))
                .do_update()
                .set(changes)
                .execute(connection)?;
            fans_profiles::table
                .filter(fans_profiles::app_id.eq(&app_id))
                .filter(fans_profiles::openid.eq(&profile.openid))
                .select(Row::as_select())
                .get_result(connection)
        }))?;
        Ok(row.id)
    }
}
