//! Rules of conditional menus. Of a fan the sandbox knows tags and language; other conditions fit nobody.

use serde_json::{Map, Value};

use crate::fan::Fan;

/// Whether a rule has no condition.
pub fn is_empty(rule: &Map<String, Value>) -> bool {
    rule.values().all(is_blank)
}

/// Whether every condition of a rule fits.
pub fn fits(rule: &Map<String, Value>, fan: &Fan) -> bool {
    let mut conditions = rule.iter().filter(|(_, value)| !is_blank(value));
    conditions.all(|(name, value)| match name.as_str() {
        "tag_id" | "group_id" => number(value).is_some_and(|tag| fan.tags.contains(&tag)),
        "language" => value == "zh_CN",
        _ => false,
    })
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value == ""
}

/// Ids come as numbers and as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
