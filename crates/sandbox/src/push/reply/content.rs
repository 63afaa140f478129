//! The content of a reply, and the rules that it has to keep.

use super::{Article, Expected, Reply, document::Element};

/// 被动回复: the longest text, in bytes.
const MAX_TEXT: usize = 2048;
/// 被动回复: the most cards; a fan's message gets one.
const MAX_ARTICLES: usize = 8;

/// Reads a reply in clear.
///
/// # Errors
///
/// Why the platform would not take it.
pub fn content(xml: &Element, expected: &Expected<'_>) -> Result<Reply, String> {
    let field = |name: &str| xml.text(name).ok_or_else(|| format!("{name} is missing"));
    if field("ToUserName")? != expected.from {
        return Err("ToUserName is not the push's FromUserName".to_owned());
    }
    if field("FromUserName")? != expected.original_id {
        return Err("FromUserName is not the push's ToUserName".to_owned());
    }
    if field("CreateTime")?.parse::<i64>().is_err() {
        return Err("CreateTime is no number".to_owned());
    }
    let mut reply = Reply {
        kind: field("MsgType")?.to_owned(),
        ..Reply::default()
    };
    match reply.kind.as_str() {
        "text" => reply.text = Some(text(field("Content")?)?),
        "image" => reply.media_id = Some(media_id(xml, "Image")?),
        "voice" => reply.media_id = Some(media_id(xml, "Voice")?),
        "video" => reply.media_id = Some(media_id(xml, "Video")?),
        "music" => drop(xml.child("Music").ok_or("Music is missing")?),
        "news" => reply.articles = articles(xml)?,
        "transfer_customer_service" => {}
        other => return Err(format!("MsgType {other} is none of a reply")),
    }
    Ok(reply)
}

fn text(content: &str) -> Result<String, String> {
    match content.len() {
        0 => Err("Content is empty".to_owned()),
        length if length > MAX_TEXT => Err(format!("Content has {length} bytes; {MAX_TEXT} are allowed")),
        _ => Ok(content.to_owned()),
    }
}

fn media_id(xml: &Element, group: &str) -> Result<String, String> {
    let id = xml.child(group).and_then(|group| group.text("MediaId"));
    id.filter(|id| !id.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| format!("{group} has no MediaId"))
}

fn articles(xml: &Element) -> Result<Vec<Article>, String> {
    let list = xml.child("Articles").ok_or("Articles are missing")?;
    let articles: Vec<_> = list.all("item").map(article).collect();
    let count = xml.text("ArticleCount").and_then(|count| count.parse().ok());
    if count != Some(articles.len()) || !(1..=MAX_ARTICLES).contains(&articles.len()) {
        return Err(format!("ArticleCount does not fit {} articles", articles.len()));
    }
    Ok(articles)
}

fn article(item: &Element) -> Article {
    let text = |name: &str| item.text(name).unwrap_or_default().to_owned();
    Article {
        title: text("Title"),
        description: text("Description"),
        picture: text("PicUrl"),
        url: text("Url"),
    }
}
