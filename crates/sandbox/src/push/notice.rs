//! What is pushed: a message of a fan, an event, or whatever a test wants.

use serde_json::{Map, Value};

use super::xml::{self, Field, Fields};

/// Events about a fan's consent. They come from a sender of the platform, and the fan is in `OpenID`.
const ABOUT_CONSENT: [&str; 3] = [
    "user_info_modified",
    "user_authorization_revoke",
    "user_authorization_cancellation",
];
/// Events after which the chat shows nothing, also where the answer was wrong.
const WITHOUT_REPLY: [&str; 3] = ["unsubscribe", "view", "location"];

/// Who speaks to whom, and when.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    pub app_id: &'a str,
    /// The account's own id (原始 ID), `gh_…`.
    pub original_id: &'a str,
    /// Whom events about consent come from.
    pub platform: &'a str,
    pub openid: &'a str,
    /// Seconds since 1970.
    pub now: i64,
    /// The `MsgId` of a message.
    pub message_id: i64,
}

/// What a push is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeKind {
    /// With its `MsgType`.
    Message(String),
    /// With its name.
    Event(String),
    /// A body of a test's own.
    Raw,
}

/// One push, which is the same at each try.
#[derive(Debug, Clone)]
pub struct Notice {
    pub kind: NoticeKind,
    /// The fan.
    pub openid: String,
    /// `openid` in the query: whom the push comes from.
    pub from: String,
    pub xml: String,
    /// What a chat shows of it.
    pub text: String,
}

impl Notice {
    /// A message; `content` is the text, or the fields of another type.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn message(
        sender: &Sender<'_>,
        kind: &str,
        content: &Value,
        more: &Map<String, Value>,
    ) -> Result<Self, String> {
        let own = match content {
            Value::String(text) if kind == "text" => vec![("Content".to_owned(), Field::Text(text.clone()))],
            Value::Object(fields) => read(fields)?,
            _ => {
                return Err(format!(
                    "a message of type {kind} is an object of fields; only text is a text"
                ));
            }
        };
        let mut fields = head(sender, sender.openid, kind);
        fields.extend(own);
        fields.push(("MsgId".to_owned(), sender.message_id.into()));
        replace(&mut fields, more)?;
        let text = match content {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Ok(Self::new(NoticeKind::Message(kind.to_owned()), sender, &fields, text))
    }

    /// An event.
    ///
    /// # Errors
    ///
    /// What is wrong with the fields.
    pub fn event(sender: &Sender<'_>, name: &str, more: &Map<String, Value>) -> Result<Self, String> {
        let about_consent = is_one_of(name, &ABOUT_CONSENT);
        let from = if about_consent { sender.platform } else { sender.openid };
        let mut fields = head(sender, from, "event");
        fields.push(("Event".to_owned(), name.into()));
        if about_consent {
            fields.push(("OpenID".to_owned(), sender.openid.into()));
            fields.push(("AppID".to_owned(), sender.app_id.into()));
        }
        replace(&mut fields, more)?;
        let key = more.get("EventKey").and_then(Value::as_str).unwrap_or_default();
        let text = format!("{name} {key}").trim_end().to_owned();
        Ok(Self {
            from: from.to_owned(),
            ..Self::new(NoticeKind::Event(name.to_owned()), sender, &fields, text)
        })
    }

    /// A body as it is given.
    pub fn raw(sender: &Sender<'_>, body: String) -> Self {
        Self {
            xml: body,
            ..Self::new(NoticeKind::Raw, sender, &Fields::new(), String::new())
        }
    }

    fn new(kind: NoticeKind, sender: &Sender<'_>, fields: &Fields, text: String) -> Self {
        Self {
            kind,
            openid: sender.openid.to_owned(),
            from: sender.openid.to_owned(),
            xml: xml::write(fields),
            text,
        }
    }

    /// Whether the fan sees an answer, and a notice where there is none.
    pub fn is_seen(&self) -> bool {
        match &self.kind {
            NoticeKind::Message(_) => true,
            NoticeKind::Event(name) => !is_one_of(name, &ABOUT_CONSENT) && !is_one_of(name, &WITHOUT_REPLY),
            NoticeKind::Raw => false,
        }
    }

    /// `text`, `event/subscribe`, `raw`.
    pub fn name(&self) -> String {
        match &self.kind {
            NoticeKind::Message(kind) => kind.clone(),
            NoticeKind::Event(name) => format!("event/{name}"),
            NoticeKind::Raw => "raw".to_owned(),
        }
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|each| each.eq_ignore_ascii_case(name))
}

fn head(sender: &Sender<'_>, from: &str, kind: &str) -> Fields {
    vec![
        ("ToUserName".to_owned(), sender.original_id.into()),
        ("FromUserName".to_owned(), from.into()),
        ("CreateTime".to_owned(), sender.now.into()),
        ("MsgType".to_owned(), kind.into()),
    ]
}

/// Fields that are given take the place of those with their name; `null` removes one.
fn replace(fields: &mut Fields, more: &Map<String, Value>) -> Result<(), String> {
    fields.retain(|(name, _)| more.get(name).is_none_or(|value| !value.is_null()));
    let given = more.iter().filter(|(_, value)| !value.is_null());
    for (name, field) in read(&given.map(|(name, value)| (name.clone(), value.clone())).collect())? {
        match fields.iter_mut().find(|(each, _)| *each == name) {
            Some((_, old)) if !more.get(&name).is_some_and(Value::is_array) => *old = field,
            _ => fields.push((name, field)),
        }
    }
    Ok(())
}

fn read(fields: &Map<String, Value>) -> Result<Fields, String> {
    xml::from_json(fields).map_err(|name| format!("{name:?} is no name of an XML element; send it with \"xml\""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sender() -> Sender<'static> {
        Sender {
            app_id: "wx1",
            original_id: "gh_1",
            platform: "oPlatform",
            openid: "oFan",
            now: 1000,
            message_id: 77,
        }
    }

    fn fields(value: &Value) -> &Map<String, Value> {
        value.as_object().unwrap()
    }

    #[test]
    fn a_text_is_written_as_the_documentation_shows_it() {
        let notice = Notice::message(&sender(), "text", &json!("你好"), &Map::new()).unwrap();
        assert_eq!(
            notice.xml,
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oFan]]></FromUserName>\
             <CreateTime>1000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>\
             <MsgId>77</MsgId></xml>"
        );
        assert!(Notice::message(&sender(), "image", &json!("x"), &Map::new()).is_err());
    }

    #[test]
    fn an_event_about_consent_comes_from_the_platform_and_names_the_fan() {
        let more = json!({ "RevokeInfo": "205" });
        let notice = Notice::event(&sender(), "user_authorization_revoke", fields(&more)).unwrap();
        for part in [
            "<FromUserName><![CDATA[oPlatform]]>",
            "<OpenID><![CDATA[oFan]]>",
            "<AppID><![CDATA[wx1]]>",
            "<RevokeInfo><![CDATA[205]]>",
        ] {
            assert!(notice.xml.contains(part), "{part} in {}", notice.xml);
        }
        assert!(!notice.is_seen() && notice.from == "oPlatform");
    }

    #[test]
    fn given_fields_replace_and_null_removes() {
        let more = json!({ "CreateTime": 5, "OpenID": null, "openid": "oOther" });
        let notice = Notice::event(&sender(), "user_info_modified", fields(&more)).unwrap();
        assert!(notice.xml.contains("<CreateTime>5</CreateTime>") && !notice.xml.contains("<OpenID>"));
        assert!(notice.xml.contains("<openid><![CDATA[oOther]]></openid>"));
        let wrong = json!({ " OpenID": "o" });
        assert!(Notice::event(&sender(), "SCAN", fields(&wrong)).is_err());
    }
}
