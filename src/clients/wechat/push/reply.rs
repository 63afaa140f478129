use super::xml::{push_cdata, write_fields};
use crate::domain::{MAX_REPLY_TEXT, OpenId, ReplyContent, Timestamp};

/// A passive reply (被动回复用户消息) to a fan, from the account's original id. A text that is too long is cut.
pub fn write_reply(content: &ReplyContent, to: &OpenId, from: &str, now: Timestamp) -> String {
    let mut xml = String::from("<xml>");
    element(&mut xml, "ToUserName", to.as_str());
    element(&mut xml, "FromUserName", from);
    xml.extend(["<CreateTime>", &now.unix_seconds().to_string(), "</CreateTime>"]);
    match content {
        ReplyContent::Text(text) => {
            element(&mut xml, "MsgType", "text");
            element(&mut xml, "Content", cut(text));
        }
        ReplyContent::Image(media_id) => {
            element(&mut xml, "MsgType", "image");
            xml.push_str("<Image>");
            element(&mut xml, "MediaId", media_id);
            xml.push_str("</Image>");
        }
        ReplyContent::News {
            title,
            description,
            picture,
            url,
        } => {
            element(&mut xml, "MsgType", "news");
            xml.push_str("<ArticleCount>1</ArticleCount><Articles><item>");
            element(&mut xml, "Title", title);
            element(&mut xml, "Description", description);
            element(&mut xml, "PicUrl", picture);
            element(&mut xml, "Url", url);
            xml.push_str("</item></Articles>");
        }
        ReplyContent::Other { kind, fields } => {
            element(&mut xml, "MsgType", kind);
            write_fields(&mut xml, fields);
        }
    }
    xml.push_str("</xml>");
    xml
}

fn element(xml: &mut String, name: &str, text: &str) {
    xml.extend(["<", name, ">"]);
    push_cdata(xml, text);
    xml.extend(["</", name, ">"]);
}

/// As much of a text as a reply holds.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_REPLY_TEXT)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clients::wechat::push::parse_xml,
        domain::{PushMessage, PushValue},
    };

    fn xml(content: &ReplyContent) -> String {
        let to = OpenId::parse("oMadeUp").unwrap();
        write_reply(content, &to, "gh_1", Timestamp::from_unix_seconds(7))
    }

    fn written(content: &ReplyContent) -> PushMessage {
        parse_xml(xml(content).as_bytes()).unwrap()
    }

    #[test]
    fn a_text_is_cut_between_characters_and_cannot_end_its_field() {
        let reply = written(&ReplyContent::Text(format!("]]></Content>{}", "粉".repeat(1000))));
        let content = reply.text("Content").unwrap();
        assert!(content.starts_with("]]></Content>粉"));
        assert!(content.len() <= MAX_REPLY_TEXT && content.len() > MAX_REPLY_TEXT - 3);
        assert_eq!(reply.word("ToUserName"), Some("oMadeUp"));
        assert_eq!(reply.word("FromUserName"), Some("gh_1"));
        assert_eq!(reply.word("CreateTime"), Some("7"));
    }

    #[test]
    fn cards_and_images_have_their_own_fields() {
        let xml = xml(&ReplyContent::News {
            title: "T & t".to_owned(),
            description: String::new(),
            picture: String::new(),
            url: "https://site.example/?a=1&b=2".to_owned(),
        });
        assert!(xml.contains("<Articles><item><Title><![CDATA[T & t]]></Title>"));
        assert!(xml.contains("<Url><![CDATA[https://site.example/?a=1&b=2]]></Url></item></Articles></xml>"));
        let title = ("Title".to_owned(), PushValue::Text("]]></Music><Content>".to_owned()));
        let music = ("Music".to_owned(), PushValue::Fields(vec![title]));
        let reply = written(&ReplyContent::other("music", std::slice::from_ref(&music)).unwrap());
        assert_eq!(reply.word("MsgType"), Some("music"));
        assert_eq!(reply.fields.last(), Some(&music));
        let image = written(&ReplyContent::Image("m".to_owned()));
        assert_eq!(image.word("MsgType"), Some("image"));
    }
}
