//! What the page at `/push` shows.

use serde::Serialize;

use crate::{
    fan::Fan,
    menus::DrawnButton,
    push::{PushMode, PushRecord, Reply, Verification},
    qr_codes::QrCode,
};

/// The page at `/push`. Times are Beijing's.
#[derive(Serialize)]
pub struct PushPage<'a> {
    pub app_id: &'a str,
    pub original_id: &'a str,
    pub sandbox_url: &'a str,
    /// Why what was asked for did not happen.
    pub alert: Option<String>,
    /// The fan of this browser.
    pub fan: Option<&'a Fan>,
    /// Where pushes go; without it there are none.
    pub url: Option<&'a str>,
    pub mode: PushMode,
    pub has_token: bool,
    pub has_key: bool,
    pub verification: Option<Verification>,
    pub chat: Vec<ChatLine>,
    pub buttons: Vec<DrawnButton>,
    /// Those that have not expired.
    pub qr_codes: Vec<QrCode>,
    /// Events that the form offers.
    pub events: &'static [&'static str],
    pub pushes: Vec<PushRow>,
}

/// A line of the fan's chat.
#[derive(Serialize)]
pub struct ChatLine {
    /// Seconds since 1970, and as a time of the day.
    pub at: i64,
    pub time: String,
    pub side: Side,
    /// Of a text, with its links.
    pub text: Vec<Segment>,
    /// Of a reply that is no text.
    pub reply: Option<Reply>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Fan,
    Account,
    /// What the fan did, in the middle.
    Event,
    /// What the platform tells the fan when there is no answer.
    Fault,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segment {
    pub text: String,
    /// Where it leads, on the web.
    pub url: Option<String>,
}

/// A push of the list.
#[derive(Serialize)]
pub struct PushRow {
    pub time: String,
    pub nickname: String,
    pub push: PushRecord,
}

/// A text as WeChat shows it: `<a href="…">` is a link, everything else is as it is written.
pub fn segments(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = text;
    while let Some((before, link, after)) = next_link(rest) {
        plain(&mut segments, before);
        segments.push(link);
        rest = after;
    }
    plain(&mut segments, rest);
    segments
}

fn plain(segments: &mut Vec<Segment>, text: &str) {
    if !text.is_empty() {
        segments.push(Segment {
            text: text.to_owned(),
            url: None,
        });
    }
}

/// What is before the first link, the link, and what is behind it.
fn next_link(text: &str) -> Option<(&str, Segment, &str)> {
    let start = text.find("<a ")?;
    let (before, tag) = text.split_at_checked(start)?;
    let (attributes, rest) = tag.split_once('>')?;
    let (label, after) = rest.split_once("</a>")?;
    let (_, value) = attributes.split_once("href=")?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let url = value.get(1..)?.split(quote).next()?;
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    let link = Segment {
        text: label.to_owned(),
        url: is_web.then(|| url.to_owned()),
    };
    Some((before, link, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, Option<String>)> {
        segments(text)
            .into_iter()
            .map(|segment| (segment.text, segment.url))
            .collect()
    }

    #[test]
    fn links_of_a_text_are_links_and_nothing_else_is() {
        assert_eq!(
            shown("点<a href=\"https://www.example.com/me\">这里</a>，<b>好</b>"),
            [
                ("点".into(), None),
                ("这里".into(), Some("https://www.example.com/me".into())),
                ("，<b>好</b>".into(), None)
            ]
        );
        assert_eq!(shown("<a href='javascript:x'>y</a>"), [("y".into(), None)]);
        assert_eq!(shown("<a href=\"x"), [("<a href=\"x".into(), None)]);
        assert_eq!(shown(""), []);
    }
}
