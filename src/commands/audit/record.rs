use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::StoredAudit;

/// A row in an export. The time is in RFC 3339, UTC. With these fields anybody can recompute the chain.
#[derive(Serialize)]
pub struct AuditRow<'a> {
    pub id: i64,
    pub app_id: &'a str,
    pub at: String,
    pub actor_kind: &'a str,
    pub actor: &'a str,
    pub act: &'a str,
    pub fan_id: Option<&'a str>,
    /// As it is stored and hashed: as an object if it is one, and otherwise as text.
    pub details: Details<'a>,
    pub position: Option<i64>,
    pub prev: Option<&'a str>,
    pub hash: Option<&'a str>,
}

/// The details of a row.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Details<'a> {
    Object(&'a RawValue),
    Text(&'a str),
}

impl<'a> AuditRow<'a> {
    /// The names of the columns.
    pub const COLUMNS: [&'static str; 11] = [
        "id",
        "app_id",
        "at",
        "actor_kind",
        "actor",
        "act",
        "fan_id",
        "details",
        "position",
        "prev",
        "hash",
    ];

    /// The record of `row`.
    pub fn new(row: &'a StoredAudit) -> Self {
        let (record, place) = (&row.record, row.place.as_ref());
        Self {
            id: record.id,
            app_id: &record.app_id,
            at: record.at.to_rfc3339(),
            actor_kind: &record.actor_kind,
            actor: &record.actor,
            act: &record.act,
            fan_id: record.fan.as_deref(),
            details: Details::of(&record.details),
            position: place.map(|place| place.position),
            prev: place.map(|place| place.prev.as_str()),
            hash: place.map(|place| place.hash.as_str()),
        }
    }

    /// The values, in the order of [`Self::COLUMNS`]. What is absent is empty.
    pub fn cells(&self) -> [String; 11] {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        [
            self.id.to_string(),
            self.app_id.to_owned(),
            self.at.clone(),
            self.actor_kind.to_owned(),
            self.actor.to_owned(),
            self.act.to_owned(),
            text(self.fan_id),
            match &self.details {
                Details::Object(object) => object.get().to_owned(),
                Details::Text(text) => (*text).to_owned(),
            },
            self.position.map(|position| position.to_string()).unwrap_or_default(),
            text(self.prev),
            text(self.hash),
        ]
    }
}

impl<'a> Details<'a> {
    /// A line of JSON Lines has no line breaks, whatever somebody wrote into the column.
    fn of(text: &'a str) -> Self {
        let object = serde_json::from_str(text).ok().filter(|_| !text.contains(['\n', '\r']));
        object.map_or(Self::Text(text), Self::Object)
    }
}
