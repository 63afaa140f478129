use diesel::prelude::*;

use super::{FansRepository, NewFan, row::NewFanRow};
use crate::{
    domain::{FanId, OpenId, Profile, Timestamp},
    repositories::{
        RepositoryError, Transaction, connection::insert_unless_present, schema::fans_profiles, time::to_column,
    },
};

impl FansRepository {
    /// The id of the fan with this openid. If there is no such fan, nobody registers them before this transaction ends: a row
    /// with the id `spare` takes the openid's place and is removed at once, and the database lets the other one wait.
    pub fn find_or_block(
        &self,
        tx: &mut Transaction<'_>,
        openid: &OpenId,
        spare: FanId,
        now: Timestamp,
    ) -> Result<Option<FanId>, RepositoryError> {
        let found = self.id_of(tx, openid)?;
        if found.is_some() {
            return Ok(found);
        }
        let nobody = NewFan {
            id: spare,
            profile: Profile {
                openid: openid.clone(),
                unionid: None,
                nickname: String::new(),
                avatar_url: String::new(),
            },
            consent_version: String::new(),
            now,
        };
        let row = NewFanRow::new(self.app_id.as_str(), &nobody, to_column(now)?);
        if insert_unless_present!(tx.connection(), fans_profiles::table, &row)? {
            self.remove(tx, spare)?;
            return Ok(None);
        }
        // They have just registered.
        self.id_of(tx, openid)
    }

    fn id_of(&self, tx: &mut Transaction<'_>, openid: &OpenId) -> Result<Option<FanId>, RepositoryError> {
        let fan = fans_profiles::table.filter(fans_profiles::app_id.eq(self.app_id.as_str()));
        let fan = fan.filter(fans_profiles::openid.eq(openid.as_str()));
        let id: Option<String> = fan.select(fans_profiles::id).first(tx.connection()).optional()?;
        id.map(|id| FanId::parse(&id).map_err(RepositoryError::corrupt))
            .transpose()
    }
}
