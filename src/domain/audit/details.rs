use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use crate::domain::JobId;

/// A value in the details of an audit entry. There is none for a text that is made at run time: that might hold a nickname,
/// an openid or a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AuditDetail {
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A word of this program.
    Word(&'static str),
    /// An id that this program made.
    Id(Uuid),
}

/// The details of an audit entry, in the order of their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AuditDetails(BTreeMap<&'static str, AuditDetail>);

impl AuditDetails {
    pub(super) fn set(&mut self, key: &'static str, value: AuditDetail) {
        self.0.insert(key, value);
    }

    /// One JSON object, the same for the same details.
    pub fn to_json(&self) -> String {
        // Words and numbers can always be written.
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }
}

impl From<i64> for AuditDetail {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for AuditDetail {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for AuditDetail {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&'static str> for AuditDetail {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

impl From<JobId> for AuditDetail {
    fn from(job: JobId) -> Self {
        Self::Id(job.uuid())
    }
}

impl From<Uuid> for AuditDetail {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_one_json_object_in_the_order_of_the_keys() {
        let mut details = AuditDetails::default();
        assert_eq!(details.to_json(), "{}");
        details.set("rows", 3_i64.into());
        details.set("kind", "erase_fan".into());
        details.set("again", true.into());
        details.set("job", Uuid::nil().into());
        assert_eq!(
            details.to_json(),
            r#"{"again":true,"job":"00000000-0000-0000-0000-000000000000","kind":"erase_fan","rows":3}"#
        );
    }
}
