//! The platform's server as it posts pushes, signed and sealed with made-up secrets.

use std::collections::BTreeMap;

use fanpass::{
    clients::wechat::push::{SealedEnvelope, parse_xml, signature, write_xml},
    domain::{AppId, EncodingAesKey, PushKeys, PushMessage, PushToken, PushValue, Random},
};

use super::{Page, TestApp};

pub const TOKEN: &str = "madeup12";
pub const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// A push that is about to be sent.
pub struct Push<'a> {
    app: &'a TestApp,
    pub fields: Vec<(String, PushValue)>,
    pub timestamp: i64,
    pub nonce: String,
    key: Option<EncodingAesKey>,
    token: &'static str,
}

/// What it was answered.
pub struct Answer {
    pub page: Page,
    key: Option<EncodingAesKey>,
    app_id: AppId,
}

impl TestApp {
    /// A push with these fields, at this moment, plain.
    pub fn push(&self, fields: &[(&str, &str)]) -> Push<'_> {
        let field = |(name, text): &(&str, &str)| ((*name).to_owned(), PushValue::Text((*text).to_owned()));
        Push {
            app: self,
            fields: fields.iter().map(field).collect(),
            timestamp: self.clock.now().unix_seconds(),
            nonce: hex::encode(Random::system().bytes::<8>()),
            key: None,
            token: TOKEN,
        }
    }

    /// A fan's text.
    pub fn push_text(&self, openid: &str, text: &str, id: u64) -> Push<'_> {
        let (time, id) = (self.clock.now().unix_seconds().to_string(), id.to_string());
        self.push(&[
            ("ToUserName", "gh_madeup"),
            ("FromUserName", openid),
            ("CreateTime", &time),
            ("MsgType", "text"),
            ("Content", text),
            ("MsgId", &id),
        ])
    }

    /// An event of this sender.
    pub fn push_event(&self, sender: &str, event: &str, more: &[(&str, &str)]) -> Push<'_> {
        let time = self.clock.now().unix_seconds().to_string();
        let common = [
            ("ToUserName", "gh_madeup"),
            ("FromUserName", sender),
            ("CreateTime", &time),
            ("MsgType", "event"),
            ("Event", event),
        ];
        self.push(&[&common, more].concat())
    }

    /// A change of a fan's authorization, which the platform itself sends.
    pub fn push_change(&self, event: &str, openid: &str, codes: &str) -> Push<'_> {
        let more = [("OpenID", openid), ("AppID", &self.app_id), ("RevokeInfo", codes)];
        self.push_event("oPlatformItself", event, &more)
    }
}

impl Push<'_> {
    /// The same push, sealed.
    pub fn sealed(self) -> Self {
        self.sealed_with(AES_KEY)
    }

    pub fn sealed_with(mut self, key: &str) -> Self {
        self.key = Some(EncodingAesKey::parse(key).unwrap());
        self
    }

    /// The same push, signed by somebody who knows another Token.
    pub fn forged(mut self) -> Self {
        self.token = "another";
        self
    }

    pub fn at(mut self, timestamp: i64, nonce: &str) -> Self {
        self.timestamp = timestamp;
        nonce.clone_into(&mut self.nonce);
        self
    }

    pub async fn send(&self) -> Answer {
        self.send_to(self.app).await
    }

    /// Sends it to a replica.
    pub async fn send_to(&self, app: &TestApp) -> Answer {
        let xml = write_xml(&self.fields);
        let (timestamp, nonce) = (self.timestamp.to_string(), self.nonce.as_str());
        let app_id = AppId::parse(&app.app_id).unwrap();
        let mut query = BTreeMap::from([
            ("signature", signature(&[self.token, &timestamp, nonce])),
            ("timestamp", timestamp.clone()),
            ("nonce", nonce.to_owned()),
            ("openid", "oSomebody".to_owned()),
        ]);
        let body = match &self.key {
            None => xml,
            Some(key) => {
                let (keys, stamp) = ((&PushToken::new(self.token), key), (timestamp.as_str(), nonce));
                let envelope = SealedEnvelope::seal(xml.as_bytes(), keys, &app_id, stamp, &Random::system());
                query.insert("encrypt_type", "aes".to_owned());
                query.insert("msg_signature", envelope.signature);
                let text = PushValue::Text(envelope.encrypt);
                write_xml(&[("Encrypt".to_owned(), text)])
            }
        };
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let page = post(&app.at(&format!("/wechat/push?{}", query.join("&"))), body).await;
        Answer {
            page,
            key: self.key.clone(),
            app_id,
        }
    }
}

/// Posts a body to this URL.
pub async fn post(url: &str, body: impl Into<actix_web::web::Bytes>) -> Page {
    let client = awc::Client::builder()
        .timeout(std::time::Duration::from_secs(20))
        .finish();
    let sent = client
        .post(url)
        .insert_header(("content-type", "text/xml"))
        .send_body(body.into());
    Page::read(sent.await.unwrap_or_else(|error| panic!("{url}: {error}")), url).await
}

impl Answer {
    /// Whether it is `success` and nothing else.
    pub fn is_success(&self) -> bool {
        self.page.status == 200 && self.page.text() == "success"
    }

    /// The passive reply, opened and checked as the platform does.
    pub fn reply(&self) -> PushMessage {
        assert_eq!(self.page.status, 200, "{}", self.page.text());
        assert_eq!(self.page.header("content-type"), Some("text/xml; charset=utf-8"));
        let outer = parse_xml(self.page.text().as_bytes()).unwrap();
        let Some(key) = &self.key else { return outer };
        let field = |name: &str| outer.word(name).unwrap().to_owned();
        let envelope = SealedEnvelope {
            encrypt: field("Encrypt"),
            signature: field("MsgSignature"),
            timestamp: field("TimeStamp"),
            nonce: field("Nonce"),
        };
        let keys = PushKeys {
            token: PushToken::new(TOKEN),
            aes_keys: vec![key.clone()],
        };
        parse_xml(&envelope.open(&keys, &self.app_id).unwrap().message).unwrap()
    }

    /// The text of the passive reply.
    pub fn text(&self) -> String {
        self.reply().text("Content").unwrap().to_owned()
    }
}
