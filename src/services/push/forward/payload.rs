use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::names_openid_only;
use crate::domain::{AppId, FAN_ERASED, ForwardFormat, OpenId, PushValue, Timestamp};

/// What waits in a job, sealed.
#[derive(Serialize, Deserialize)]
pub struct Payload {
    /// When the push came, after RFC 3339.
    pub received_at: String,
    /// The fields of the push.
    #[serde(with = "stored")]
    pub fields: Vec<(String, PushValue)>,
}

/// The body of a target that gets JSON.
#[derive(Serialize)]
pub struct JsonBody<'a> {
    /// The same at each attempt.
    pub id: String,
    /// The account.
    pub app_id: &'a str,
    /// When the push came.
    pub received_at: &'a str,
    /// The push.
    pub message: Fields<'a>,
}

/// Fields as a JSON object: texts as texts, fields within a field as an object, and of a name that occurs more than once a list.
pub struct Fields<'a>(pub &'a [(String, PushValue)]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (index, (name, value)) in self.0.iter().enumerate() {
            let is_same = |field: &&(String, PushValue)| field.0 == *name;
            if self.0.iter().take(index).any(|field| is_same(&field)) {
                continue;
            }
            let all: Vec<FieldValue<'_>> = self
                .0
                .iter()
                .filter(is_same)
                .map(|field| FieldValue(&field.1))
                .collect();
            match all.as_slice() {
                [_] => map.serialize_entry(name, &FieldValue(value))?,
                several => map.serialize_entry(name, several)?,
            }
        }
        map.end()
    }
}

struct FieldValue<'a>(&'a PushValue);

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            PushValue::Text(text) => serializer.serialize_str(text),
            PushValue::Fields(fields) => Fields(fields).serialize(serializer),
        }
    }
}

/// The news of an erased fan: our own event, or for a target that knows only the platform's the one by which the platform says
/// that a fan closed the account (注销). It has no receiver's original id, which only pushes tell; the AppID stands there.
pub fn erasure_fields(
    format: ForwardFormat,
    app_id: &AppId,
    fan: Option<&str>,
    openid: Option<&OpenId>,
    now: Timestamp,
) -> Vec<(String, PushValue)> {
    let field = |name: &str, text: &str| (name.to_owned(), PushValue::Text(text.to_owned()));
    let event = match format {
        ForwardFormat::Json => FAN_ERASED,
        ForwardFormat::WeChat => "user_authorization_cancellation",
    };
    let mut fields = vec![
        field("ToUserName", app_id.as_str()),
        field("FromUserName", "fanpass"),
        field("CreateTime", &now.unix_seconds().to_string()),
        field("MsgType", "event"),
        field("Event", event),
        field("AppID", app_id.as_str()),
    ];
    if !names_openid_only(format) {
        fields.extend(fan.map(|fan| field("FanId", fan)));
    }
    fields.extend(openid.map(|openid| field("OpenID", openid.as_str())));
    fields
}

/// Fields in a payload: pairs, so that order and repeated names stay.
mod stored {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::domain::PushValue;

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Text(String),
        Fields(Vec<(String, Stored)>),
    }

    impl From<&PushValue> for Stored {
        fn from(value: &PushValue) -> Self {
            match value {
                PushValue::Text(text) => Self::Text(text.clone()),
                PushValue::Fields(fields) => Self::Fields(to_stored(fields)),
            }
        }
    }

    impl From<Stored> for PushValue {
        fn from(stored: Stored) -> Self {
            match stored {
                Stored::Text(text) => Self::Text(text),
                Stored::Fields(fields) => Self::Fields(from_stored(fields)),
            }
        }
    }

    fn to_stored(fields: &[(String, PushValue)]) -> Vec<(String, Stored)> {
        fields
            .iter()
            .map(|(name, value)| (name.clone(), value.into()))
            .collect()
    }

    fn from_stored(fields: Vec<(String, Stored)>) -> Vec<(String, PushValue)> {
        fields.into_iter().map(|(name, value)| (name, value.into())).collect()
    }

    pub fn serialize<S: Serializer>(fields: &[(String, PushValue)], serializer: S) -> Result<S::Ok, S::Error> {
        to_stored(fields).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, PushValue)>, D::Error> {
        Vec::<(String, Stored)>::deserialize(deserializer).map(from_stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str) -> (String, PushValue) {
        (name.to_owned(), PushValue::Text(text.to_owned()))
    }

    fn photos() -> Vec<(String, PushValue)> {
        let item = |sum| ("item".to_owned(), PushValue::Fields(vec![text("PicMd5Sum", sum)]));
        let list = ("PicList".to_owned(), PushValue::Fields(vec![item("a"), item("b")]));
        vec![
            text("MsgId", "23456789012345678901"),
            text("Content", "<你好>&\""),
            (
                "SendPicsInfo".to_owned(),
                PushValue::Fields(vec![text("Count", "2"), list]),
            ),
        ]
    }

    #[test]
    fn the_body_has_the_fields_by_their_names_and_every_text_as_it_came() {
        let fields = photos();
        let body = JsonBody {
            id: "made-up".to_owned(),
            app_id: "wx0000000000000001",
            received_at: "2026-11-27T00:00:00Z",
            message: Fields(&fields),
        };
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            r#"{"id":"made-up","app_id":"wx0000000000000001","received_at":"2026-11-27T00:00:00Z","message":{"MsgId":"23456789012345678901","Content":"<你好>&\"","SendPicsInfo":{"Count":"2","PicList":{"item":[{"PicMd5Sum":"a"},{"PicMd5Sum":"b"}]}}}}"#
        );
    }

    #[test]
    fn a_payload_keeps_order_and_repeated_names() {
        let payload = Payload {
            received_at: "2026-11-27T00:00:00Z".to_owned(),
            fields: photos(),
        };
        let read: Payload = serde_json::from_str(&serde_json::to_string(&payload).unwrap()).unwrap();
        assert_eq!(read.fields, payload.fields);
    }

    #[test]
    fn an_erased_fan_is_named_as_the_target_knows_the_fan() {
        let (app_id, openid) = (
            AppId::parse("wx0000000000000001").unwrap(),
            OpenId::parse("oMadeUp").unwrap(),
        );
        let fields = |format, openid| {
            let fields = erasure_fields(format, &app_id, Some("fan-1"), openid, Timestamp::from_unix_seconds(7));
            serde_json::to_value(Fields(&fields)).unwrap()
        };
        let json = fields(ForwardFormat::Json, Some(&openid));
        assert_eq!(
            (&json["Event"], &json["FanId"], &json["OpenID"]),
            (&"fan.erased".into(), &"fan-1".into(), &"oMadeUp".into())
        );
        assert_eq!(fields(ForwardFormat::Json, None)["OpenID"], serde_json::Value::Null);
        let wechat = fields(ForwardFormat::WeChat, Some(&openid));
        assert_eq!(wechat["Event"], "user_authorization_cancellation");
        assert_eq!(
            (&wechat["OpenID"], &wechat["FanId"]),
            (&"oMadeUp".into(), &serde_json::Value::Null)
        );
        assert_eq!(
            (&wechat["AppID"], &wechat["CreateTime"]),
            (&"wx0000000000000001".into(), &"7".into())
        );
    }
}
