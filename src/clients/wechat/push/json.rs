use serde_json::{Map, Value};

use super::XmlError;
use crate::domain::{PushMessage, PushValue};

/// Reads a push in JSON. Numbers become texts as they were written, and an array its members under one name.
///
/// # Errors
/// [`XmlError::Json`].
pub fn parse_json(body: &[u8]) -> Result<PushMessage, XmlError> {
    let text = String::from_utf8_lossy(body);
    let object: Map<String, Value> = serde_json::from_str(&text)?;
    Ok(PushMessage { fields: fields(object) })
}

fn fields(object: Map<String, Value>) -> Vec<(String, PushValue)> {
    object
        .into_iter()
        .flat_map(|(name, value)| values(&name, value))
        .collect()
}

fn values(name: &str, value: Value) -> Vec<(String, PushValue)> {
    let name = name.trim();
    let value = match value {
        Value::Array(members) => return members.into_iter().flat_map(|member| values(name, member)).collect(),
        Value::Object(object) => PushValue::Fields(fields(object)),
        Value::String(text) => PushValue::Text(text),
        Value::Null => PushValue::Text(String::new()),
        Value::Bool(_) | Value::Number(_) => PushValue::Text(value.to_string()),
    };
    vec![(name.to_owned(), value)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_like_xml() {
        let push = parse_json(br#"{" ToUserName": "gh_1", "MsgId": 23456789012345678, "P": {"i": ["1", 2]}}"#).unwrap();
        assert_eq!(push.word("ToUserName"), Some("gh_1"));
        assert_eq!(push.word("MsgId"), Some("23456789012345678"));
        let text = |value: &str| ("i".to_owned(), PushValue::Text(value.to_owned()));
        let inner = push.fields.iter().find(|(name, _)| name == "P").unwrap();
        assert_eq!(inner.1, PushValue::Fields(vec![text("1"), text("2")]));
        assert!(parse_json(b"[1]").is_err());
    }
}
