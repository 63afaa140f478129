//! Pushes in safe mode, sealed as the platform seals them. Each is another message.

use std::{
    fs, io,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{SystemTime, UNIX_EPOCH},
};

use fanpass::{
    clients::wechat::push::{SealedEnvelope, signature},
    domain::{AppId, EncodingAesKey, PushToken, Random},
};

use crate::{
    arguments::Push,
    http::{Connection, Response},
};

/// More than ids of messages have ever been in a table that this load fills.
const FIRST_ID: u64 = 24_000_000_000_000_000;

pub struct Sender {
    app_id: AppId,
    token: PushToken,
    key: EncodingAesKey,
    random: Random,
    fans: Vec<String>,
    sent: AtomicU64,
}

impl Sender {
    pub fn new(what: &Push) -> Self {
        let fans = fs::read_to_string(&what.fans).expect("the file of fans");
        Self {
            app_id: AppId::parse(&what.app_id).expect("an AppID"),
            token: PushToken::new(&what.token),
            key: EncodingAesKey::parse(&what.aes_key).expect("an EncodingAESKey"),
            random: Random::system(),
            fans: fans.lines().map(str::to_owned).collect(),
            sent: AtomicU64::new(0),
        }
    }

    /// The number of the next message, from 0, which [`number`] finds in what a target gets.
    pub fn next(&self) -> u64 {
        self.sent.fetch_add(1, Relaxed)
    }

    pub fn send(&self, connection: &mut Connection, kind: &str, number: u64) -> io::Result<Response> {
        let fan = &self.fans[usize::try_from(number).expect("not that many") % self.fans.len()];
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        let (timestamp, nonce, id) = (now.to_string(), (1_000_000_000 + number).to_string(), FIRST_ID + number);
        let message = format!(
            "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[{fan}]]></FromUserName>\
             <CreateTime>{now}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType><Content><![CDATA[你好，请问几点开门？]]></Content>\
             <MsgId>{id}</MsgId></xml>"
        );
        let (token, key) = (&self.token, &self.key);
        let sealed = SealedEnvelope::seal(
            message.as_bytes(),
            (token, key),
            &self.app_id,
            (&timestamp, &nonce),
            &self.random,
        );
        let plain = signature(&[token.expose(), &timestamp, &nonce]);
        let target = format!(
            "/wechat/push?signature={plain}&timestamp={timestamp}&nonce={nonce}&openid={fan}&encrypt_type=aes&msg_signature={}",
            sealed.signature
        );
        let body = format!(
            "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt></xml>",
            sealed.encrypt
        );
        connection.send_body("POST", &target, "text/xml", &body)
    }
}

/// The number of the message in the body that a target got.
pub fn number(body: &str) -> Option<u64> {
    let (_, behind) = body.split_once("\"MsgId\":")?;
    let digits: String = behind
        .trim_start_matches([' ', '"'])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse::<u64>().ok()?.checked_sub(FIRST_ID)
}
