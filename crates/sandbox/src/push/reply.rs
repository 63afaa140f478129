//! What the platform makes of an answer to a push.

mod content;
mod document;

use serde::Serialize;

use super::{aes_key::AesKey, settings::PushMode, signature::signature};
use content::content;
use document::Element;

/// What a reply has to fit.
#[derive(Debug)]
pub struct Expected<'a> {
    pub token: &'a str,
    pub aes_key: Option<&'a AesKey>,
    pub mode: PushMode,
    pub app_id: &'a str,
    pub original_id: &'a str,
    /// Whom the push came from.
    pub from: &'a str,
}

/// A reply that the fan sees (被动回复).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// The `MsgType`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text of a text.
    pub text: Option<String>,
    /// The `MediaId` of a picture, a voice or a video.
    pub media_id: Option<String>,
    /// The cards of `news`.
    pub articles: Vec<Article>,
}

/// A link card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Article {
    pub title: String,
    pub description: String,
    pub picture: String,
    pub url: String,
}

/// A body that was read.
#[derive(Debug)]
pub struct ReadReply {
    /// What was sealed in it.
    pub opened: Option<String>,
    /// Whether the signature of a sealed reply is right.
    pub signature_ok: Option<bool>,
    /// No reply for `success` and for nothing; the error says why the platform would not take it.
    pub reply: Result<Option<Reply>, String>,
}

/// Reads the body of a response with status 200.
pub fn read_reply(body: &str, expected: &Expected<'_>) -> ReadReply {
    let mut read = ReadReply {
        opened: None,
        signature_ok: None,
        reply: Ok(None),
    };
    if !body.is_empty() && body != "success" {
        read.reply = understand(body, expected, &mut read).map(Some);
    }
    read
}

fn understand(body: &str, expected: &Expected<'_>, read: &mut ReadReply) -> Result<Reply, String> {
    let outer = Element::parse(body)?;
    let Some(encrypted) = outer.text("Encrypt") else {
        return match expected.mode {
            PushMode::Safe => {
                Err("in safe mode a reply is sealed; only success and nothing may be in clear".to_owned())
            }
            PushMode::Plain | PushMode::Compatible => content(&outer, expected),
        };
    };
    let key = expected.aes_key.filter(|_| expected.mode != PushMode::Plain);
    let key = key.ok_or("in plain mode a reply is not sealed")?;
    let part = |name: &str| {
        outer
            .text(name)
            .ok_or_else(|| format!("{name} is missing beside Encrypt"))
    };
    let (signed, timestamp, nonce) = (part("MsgSignature")?, part("TimeStamp")?, part("Nonce")?);
    let is_right = signature(&[expected.token, timestamp, nonce, encrypted]) == signed;
    read.signature_ok = Some(is_right);
    let opened = key.open(encrypted, expected.app_id)?;
    // WeRoBot, which many accounts run, writes blanks around what it seals.
    let reply = Element::parse(opened.trim()).and_then(|inner| content(&inner, expected));
    read.opened = Some(opened);
    if is_right {
        reply
    } else {
        Err("MsgSignature is wrong".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<xml><ToUserName><![CDATA[oFan]]></ToUserName><FromUserName><![CDATA[gh_1]]></FromUserName>\
                        <CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hi]]></Content></xml>";

    fn expected(mode: PushMode, key: Option<&AesKey>) -> Expected<'_> {
        Expected {
            token: "pamtest",
            aes_key: key,
            mode,
            app_id: "wx1",
            original_id: "gh_1",
            from: "oFan",
        }
    }

    fn plain(body: &str) -> Result<Option<Reply>, String> {
        read_reply(body, &expected(PushMode::Plain, None)).reply
    }

    #[test]
    fn success_and_nothing_are_no_reply() {
        for body in ["", "success"] {
            for mode in [PushMode::Plain, PushMode::Safe] {
                assert_eq!(read_reply(body, &expected(mode, None)).reply, Ok(None));
            }
        }
    }

    #[test]
    fn what_the_platform_does_not_take_is_a_fault() {
        assert_eq!(plain(TEXT).unwrap().unwrap().text.as_deref(), Some("hi"));
        for body in [
            "{\"text\":\"hi\"}",
            "success\n",
            " <xml></xml>",
            "<xml></xml>",
            "<xml",
            "<!DOCTYPE xml><xml></xml>",
            &TEXT.replace("oFan", "oOther"),
            &TEXT.replace("gh_1", "gh_2"),
            &TEXT.replace("<CreateTime>1", "<CreateTime>now"),
            &TEXT.replace("[text]", "[fax]"),
            &TEXT.replace("hi", ""),
            &TEXT.replace("hi", &"x".repeat(2049)),
        ] {
            assert!(plain(body).is_err(), "{body}");
        }
    }

    #[test]
    fn a_sealed_reply_is_opened_and_its_signature_checked() {
        let key = AesKey::parse(&"A".repeat(43)).unwrap();
        let encrypted = key.seal(TEXT, "wx1", [1; 16]).unwrap();
        let signed = signature(&["pamtest", "5", "n", &encrypted]);
        let body = format!(
            "<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signed}</MsgSignature><TimeStamp>5</TimeStamp><Nonce>n</Nonce></xml>"
        );
        let read = read_reply(&body, &expected(PushMode::Safe, Some(&key)));
        assert_eq!((read.opened.as_deref(), read.signature_ok), (Some(TEXT), Some(true)));
        assert!(read.reply.unwrap().is_some());
        let blanks = key.seal(&format!("\n    {TEXT}\n    "), "wx1", [1; 16]).unwrap();
        let signed = signature(&["pamtest", "5", "n", &blanks]);
        let blanks = format!(
            "<xml><Encrypt>{blanks}</Encrypt><MsgSignature>{signed}</MsgSignature><TimeStamp>5</TimeStamp><Nonce>n</Nonce></xml>"
        );
        let read = read_reply(&blanks, &expected(PushMode::Safe, Some(&key)));
        assert!(read.reply.unwrap().is_some());
        let forged = body.replace("<TimeStamp>5", "<TimeStamp>6");
        let read = read_reply(&forged, &expected(PushMode::Safe, Some(&key)));
        assert!(read.signature_ok == Some(false) && read.reply.is_err());
        assert!(read_reply(TEXT, &expected(PushMode::Safe, Some(&key))).reply.is_err());
        assert!(read_reply(&body, &expected(PushMode::Plain, Some(&key))).reply.is_err());
        assert!(
            read_reply(TEXT, &expected(PushMode::Compatible, Some(&key)))
                .reply
                .is_ok()
        );
    }

    #[test]
    fn cards_and_pictures_are_read() {
        let head = TEXT.split("<MsgType>").next().unwrap();
        let item = "<item><Title>T</Title><Description>D</Description><PicUrl>P</PicUrl><Url>https://example.com/</Url></item>";
        let news = |count, items: &str| {
            plain(&format!(
                "{head}<MsgType>news</MsgType><ArticleCount>{count}</ArticleCount><Articles>{items}</Articles></xml>"
            ))
        };
        assert_eq!(news(1, item).unwrap().unwrap().articles[0].title, "T");
        assert!(news(2, item).is_err() && news(0, "").is_err());
        let image = format!("{head}<MsgType>image</MsgType><Image><MediaId>M</MediaId></Image></xml>");
        assert_eq!(plain(&image).unwrap().unwrap().media_id.as_deref(), Some("M"));
    }
}
