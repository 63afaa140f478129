//! The platform's own envelope (安全模式), with a target's Token and key: the target cannot tell fanpass from the platform.

use url::Url;

use super::answer::NoAnswer;
use crate::{
    clients::wechat::push::{SealedEnvelope, parse, signature, write_xml},
    domain::{AppId, PushKeys, PushMessage, PushValue, Random, ReplyContent, Timestamp},
};

/// A request as the platform would send it.
#[derive(Debug)]
pub struct EnvelopeRequest {
    /// With the signatures in its query.
    pub url: Url,
    /// The sealed XML.
    pub body: String,
}

/// Seals `fields` for a target. None: the target has no key.
pub fn envelope_request(
    url: &Url,
    keys: &PushKeys,
    app_id: &AppId,
    fields: &[(String, PushValue)],
    now: Timestamp,
    random: &Random,
) -> Option<EnvelopeRequest> {
    let key = keys.aes_keys.first()?;
    let (timestamp, nonce) = (now.unix_seconds().to_string(), nonce(random));
    let sealed = SealedEnvelope::seal(
        write_xml(fields).as_bytes(),
        (&keys.token, key),
        app_id,
        (&timestamp, &nonce),
        random,
    );
    let push = PushMessage {
        fields: fields.to_vec(),
    };
    let mut url = url.clone();
    url.query_pairs_mut()
        .append_pair("signature", &signature(&[keys.token.expose(), &timestamp, &nonce]))
        .append_pair("timestamp", &timestamp)
        .append_pair("nonce", &nonce)
        .append_pair("openid", push.word("FromUserName").unwrap_or_default())
        .append_pair("encrypt_type", "aes")
        .append_pair("msg_signature", &sealed.signature);
    let outer = [
        ("ToUserName", push.to().unwrap_or_default()),
        ("Encrypt", sealed.encrypt.as_str()),
    ];
    let outer = outer.map(|(name, text)| (name.to_owned(), PushValue::Text(text.to_owned())));
    let body = write_xml(&outer);
    Some(EnvelopeRequest { url, body })
}

/// A number of nine digits, as the platform's nonces are.
fn nonce(random: &Random) -> String {
    (100_000_000 + u32::from_le_bytes(random.bytes()) % 900_000_000).to_string()
}

/// Reads the reply of a target. Only what is sealed with the target's own key counts.
///
/// # Errors
/// [`NoAnswer`].
pub fn read_envelope(body: &[u8], keys: &PushKeys, app_id: &AppId, public_url: &Url) -> Result<ReplyContent, NoAnswer> {
    let trimmed = body.trim_ascii();
    if trimmed.is_empty() || trimmed == b"success" {
        return Err(NoAnswer::Nothing);
    }
    let outer = parse(body).map_err(|_| NoAnswer::NotGenuine)?;
    let word = |name| outer.word(name).map(str::to_owned).ok_or(NoAnswer::NotGenuine);
    let sealed = SealedEnvelope {
        encrypt: word("Encrypt")?,
        signature: word("MsgSignature")?,
        timestamp: word("TimeStamp")?,
        nonce: word("Nonce")?,
    };
    let opened = sealed.open(keys, app_id).map_err(|_| NoAnswer::NotGenuine)?;
    let inner = opened.message.trim_ascii();
    if inner.is_empty() || inner == b"success" {
        return Err(NoAnswer::Nothing);
    }
    let reply = parse(&opened.message).map_err(|_| NoAnswer::Kind)?;
    content(&reply, public_url)
}

/// The content of a passive reply. To and From are not looked at: ours are put in their place.
fn content(reply: &PushMessage, public_url: &Url) -> Result<ReplyContent, NoAnswer> {
    let kind = reply.word("MsgType").map(str::to_ascii_lowercase);
    match kind.as_deref() {
        Some("text") => Ok(ReplyContent::text(
            reply.text("Content").unwrap_or_default().to_owned(),
        )?),
        Some("image") => {
            let image = within(&reply.fields, "Image").ok_or(NoAnswer::Kind)?;
            Ok(ReplyContent::image(
                image.word("MediaId").unwrap_or_default().to_owned(),
            )?)
        }
        Some("news") => {
            let articles = within(&reply.fields, "Articles").ok_or(NoAnswer::Kind)?;
            // The platform shows one card in reply to a message, and up to eight in reply to an event.
            if articles.fields.len() > 1 {
                return ReplyContent::other("news", &reply.fields).ok_or(NoAnswer::Kind);
            }
            let item = within(&articles.fields, "item").ok_or(NoAnswer::Kind)?;
            let text = |name| item.text(name).unwrap_or_default();
            Ok(ReplyContent::news(
                text("Title").to_owned(),
                text("Description").to_owned(),
                text("PicUrl").trim(),
                text("Url").trim(),
                public_url,
            )?)
        }
        Some(kind) => ReplyContent::other(kind, &reply.fields).ok_or(NoAnswer::Kind),
        None => Err(NoAnswer::Kind),
    }
}

/// The fields within the first field of this name.
fn within(fields: &[(String, PushValue)], name: &str) -> Option<PushMessage> {
    fields.iter().find_map(|(field, value)| match value {
        PushValue::Fields(fields) if field.eq_ignore_ascii_case(name) => Some(PushMessage { fields: fields.clone() }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EncodingAesKey, PushToken};

    fn keys(letter: &str) -> PushKeys {
        PushKeys {
            token: PushToken::new("botToken1"),
            aes_keys: vec![EncodingAesKey::parse(&letter.repeat(43)).unwrap()],
        }
    }

    fn app_id() -> AppId {
        AppId::parse("wx0000000000000001").unwrap()
    }

    fn reply(keys: &PushKeys, xml: &str) -> Result<ReplyContent, NoAnswer> {
        let sealed = SealedEnvelope::seal(
            xml.as_bytes(),
            (&keys.token, &keys.aes_keys[0]),
            &app_id(),
            ("1700000000", "7"),
            &Random::system(),
        );
        let body = format!(
            "<xml><Encrypt><![CDATA[{}]]></Encrypt><MsgSignature><![CDATA[{}]]></MsgSignature><TimeStamp>{}</TimeStamp>\
             <Nonce><![CDATA[{}]]></Nonce></xml>",
            sealed.encrypt, sealed.signature, sealed.timestamp, sealed.nonce
        );
        read(body.as_bytes())
    }

    fn read(body: &[u8]) -> Result<ReplyContent, NoAnswer> {
        read_envelope(
            body,
            &keys("A"),
            &app_id(),
            &Url::parse("https://fans.example/").unwrap(),
        )
    }

    #[test]
    fn a_target_opens_what_it_gets_with_its_own_key_and_sees_the_push_as_it_came() {
        let text = |name: &str, text: &str| (name.to_owned(), PushValue::Text(text.to_owned()));
        let fields = [
            text("ToUserName", "gh_1"),
            text("FromUserName", "oFan"),
            text("Content", "]]>&你好"),
        ];
        let url = Url::parse("https://bot.example/wx?a=b").unwrap();
        let now = Timestamp::from_unix_seconds(1_700_000_000);
        let request = envelope_request(&url, &keys("A"), &app_id(), &fields, now, &Random::system()).unwrap();
        let query = |name: &str| {
            let mut pairs = request.url.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        assert_eq!(
            (query("a").as_deref(), query("openid").as_deref()),
            (Some("b"), Some("oFan"))
        );
        assert_eq!(query("encrypt_type").as_deref(), Some("aes"));
        let (timestamp, nonce) = (query("timestamp").unwrap(), query("nonce").unwrap());
        assert_eq!(
            query("signature").unwrap(),
            signature(&["botToken1", &timestamp, &nonce])
        );
        let outer = parse(request.body.as_bytes()).unwrap();
        assert_eq!(outer.to(), Some("gh_1"));
        let sealed = SealedEnvelope {
            encrypt: outer.word("Encrypt").unwrap().to_owned(),
            signature: query("msg_signature").unwrap(),
            timestamp,
            nonce,
        };
        let opened = sealed.open(&keys("A"), &app_id()).unwrap();
        assert_eq!(parse(&opened.message).unwrap().fields, fields);
        assert!(sealed.open(&keys("B"), &app_id()).is_err());
    }

    #[test]
    fn a_reply_is_read_from_its_envelope() {
        let text = "<xml><ToUserName>x</ToUserName><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>";
        assert_eq!(reply(&keys("A"), text), Ok(ReplyContent::Text("你好".to_owned())));
        let image = "<xml><MsgType>image</MsgType><Image><MediaId>m-1</MediaId></Image></xml>";
        assert_eq!(reply(&keys("A"), image), Ok(ReplyContent::Image("m-1".to_owned())));
        let news = "<xml><MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles><item><Title>会员</Title>\
                    <Description>d</Description><PicUrl></PicUrl><Url>https://a.example/</Url></item></Articles></xml>";
        assert!(matches!(reply(&keys("A"), news), Ok(ReplyContent::News { title, .. }) if title == "会员"));
        assert_eq!(reply(&keys("A"), "success"), Err(NoAnswer::Nothing));
        assert_eq!(read(b"success"), Err(NoAnswer::Nothing));
        assert_eq!(read(b""), Err(NoAnswer::Nothing));
        let agent = "<xml><ToUserName>x</ToUserName><MsgType>transfer_customer_service</MsgType></xml>";
        assert!(matches!(reply(&keys("A"), agent), Ok(ReplyContent::Other { fields, .. }) if fields.is_empty()));
        let cards = news.replace("</item>", "</item><item><Title>b</Title></item>");
        assert!(matches!(reply(&keys("A"), &cards), Ok(ReplyContent::Other { kind, .. }) if kind == "news"));
        let music = "<xml><MsgType>music</MsgType></xml>";
        assert_eq!(reply(&keys("A"), music), Err(NoAnswer::Kind));
    }

    #[test]
    fn a_reply_that_is_not_sealed_with_the_targets_key_is_none() {
        let text = "<xml><MsgType>text</MsgType><Content>forged</Content></xml>";
        assert_eq!(reply(&keys("B"), text), Err(NoAnswer::NotGenuine));
        assert_eq!(read(text.as_bytes()), Err(NoAnswer::NotGenuine));
        assert_eq!(read(b"<!DOCTYPE x><xml/>"), Err(NoAnswer::NotGenuine));
        assert_eq!(read(b"{\"text\":\"forged\"}"), Err(NoAnswer::NotGenuine));
    }
}
