//! A target that gets pushes as if the platform sent them.

use fanpass::{
    clients::wechat::push::{SealedEnvelope, parse_xml, signature},
    domain::{AppId, EncodingAesKey, PushKeys, PushMessage, PushToken, Random},
};
use url::Url;

use super::{app, settings, table};
use crate::support::{Target, TargetRequest, TestAppBuilder};

const OPENID: &str = "oMade-Up_Fan0000000000000001";
const TOKEN: &str = "botToken1";
const APP_ID: &str = "wx00000000000000aa";

fn keys(letter: &str) -> PushKeys {
    PushKeys {
        token: PushToken::new(TOKEN),
        aes_keys: vec![EncodingAesKey::parse(&letter.repeat(43)).unwrap()],
    }
}

fn app_id() -> AppId {
    AppId::parse(APP_ID).unwrap()
}

/// Checks and opens a request as software for the platform does.
fn opened(request: &TargetRequest) -> PushMessage {
    let url = Url::parse(&format!("http://bot{}", request.path)).unwrap();
    let query = |name: &str| {
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.unwrap_or_else(|| panic!("no {name}")).1.into_owned()
    };
    let (timestamp, nonce) = (query("timestamp"), query("nonce"));
    assert_eq!(query("signature"), signature(&[TOKEN, &timestamp, &nonce]));
    assert_eq!(query("encrypt_type"), "aes");
    let outer = parse_xml(&request.body).unwrap();
    let sealed = SealedEnvelope {
        encrypt: outer.word("Encrypt").unwrap().to_owned(),
        signature: query("msg_signature"),
        timestamp,
        nonce,
    };
    parse_xml(&sealed.open(&keys("A"), &app_id()).unwrap().message).unwrap()
}

/// A reply, sealed with this key.
fn reply(keys: &PushKeys, xml: &str) -> Vec<u8> {
    let stamp = ("1700000000", "7");
    let sealed = (&keys.token, &keys.aes_keys[0]);
    let sealed = SealedEnvelope::seal(xml.as_bytes(), sealed, &app_id(), stamp, &Random::system());
    let body = format!(
        "<xml><Encrypt>{}</Encrypt><MsgSignature>{}</MsgSignature><TimeStamp>{}</TimeStamp><Nonce>{}</Nonce></xml>",
        sealed.encrypt, sealed.signature, sealed.timestamp, sealed.nonce
    );
    format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn with_keys(app: TestAppBuilder) -> TestAppBuilder {
    app.env("PUSH_FORWARD_BOT_TOKEN", TOKEN)
        .env("PUSH_FORWARD_BOT_AES_KEY", &"A".repeat(43))
}

#[actix_web::test]
async fn the_target_opens_the_push_with_its_own_key_and_its_reply_reaches_the_fan() {
    let bot = Target::start(|request| {
        let push = opened(request);
        let text =
            "<xml><ToUserName>x</ToUserName><FromUserName>y</FromUserName><MsgType>text</MsgType><Content>Echo: ";
        let text = format!("{text}{}</Content></xml>", push.word("Content").unwrap());
        // Whoever does not know the key cannot answer for the target.
        let keys = if push.word("Content") == Some("forged") {
            keys("B")
        } else {
            keys("A")
        };
        reply(&keys, &text)
    });
    let folder = settings(&table("bot", &bot, "answers = true\nformat = \"wechat\""));
    let app = with_keys(app(folder.path(), &[])).start().await;
    assert_eq!(app.app_id, APP_ID);
    let answer = app.push_text(OPENID, "你好", 23_456_789_012_345_678).send().await;
    assert_eq!(answer.text(), "Echo: 你好");
    assert_eq!(
        (answer.reply().word("ToUserName"), answer.reply().word("FromUserName")),
        (Some(OPENID), Some("gh_madeup"))
    );
    let request = bot.request(|_| true).await;
    let push = opened(&request);
    assert_eq!(
        (push.word("MsgId"), push.to()),
        (Some("23456789012345678"), Some("gh_madeup"))
    );
    assert!(!String::from_utf8_lossy(&request.body).contains(OPENID), "it is sealed");
    assert!(app.push_text(OPENID, "forged", 2).send().await.is_success());
}

#[actix_web::test]
async fn an_erased_fan_is_told_as_the_platforms_own_event() {
    let bot = Target::taking();
    let folder = settings(&table("bot", &bot, "events = [\"fan.erased\"]\nformat = \"wechat\""));
    let app = with_keys(app(folder.path(), &[])).start().await;
    let openid = app.platform.fan("小雨").await;
    app.registered(&openid).await;
    app.fans(&["forget", &openid, "--yes"]).await;
    let push = opened(&bot.request(|_| true).await);
    assert_eq!(push.word("Event"), Some("user_authorization_cancellation"));
    assert_eq!(
        (push.word("OpenID"), push.word("AppID")),
        (Some(openid.as_str()), Some(APP_ID))
    );
}
