use serde::Deserialize;
use url::Url;

use crate::domain::ReplyContent;

/// The answer of a target that gets JSON: one of the three, as in `replies.toml`.
#[derive(Deserialize)]
struct JsonAnswer {
    text: Option<String>,
    news: Option<News>,
    image: Option<String>,
}

#[derive(Deserialize)]
struct News {
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    picture: String,
    url: String,
}

/// Why an answer is none. The text does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// A success that says nothing.
    #[error("it answered nothing")]
    Nothing,
    /// A status other than 200 and 204.
    #[error("its status is {0}, and an answer has 200")]
    Status(u16),
    /// No JSON of that form.
    #[error("its answer is no JSON with text, news or image")]
    NotJson,
    /// Nothing that the platform shows.
    #[error("its answer cannot be shown: {0} must be {1}")]
    NotShown(&'static str, &'static str),
    /// In the platform's envelope: not sealed with the target's key.
    #[error("its answer is not sealed with its own Token and key")]
    NotGenuine,
    /// In the platform's envelope: no kind of passive reply that the platform has, or not a whole one.
    #[error("its answer is no passive reply that the platform knows")]
    Kind,
    /// It broke off, was too long, or late.
    #[error("{0}")]
    Unread(String),
}

impl From<crate::domain::Malformed> for NoAnswer {
    fn from(error: crate::domain::Malformed) -> Self {
        Self::NotShown(error.what, error.expected)
    }
}

/// Reads the answer of a target that gets JSON. `public_url` completes links that begin with `/`.
///
/// # Errors
/// [`NoAnswer`].
pub fn read_json(status: u16, body: &[u8], public_url: &Url) -> Result<ReplyContent, NoAnswer> {
    match status {
        200 if body.iter().all(u8::is_ascii_whitespace) => return Err(NoAnswer::Nothing),
        200 => {}
        204 => return Err(NoAnswer::Nothing),
        other => return Err(NoAnswer::Status(other)),
    }
    let answer: JsonAnswer = serde_json::from_slice(body).map_err(|_| NoAnswer::NotJson)?;
    match answer {
        JsonAnswer {
            text: Some(text),
            news: None,
            image: None,
        } => Ok(ReplyContent::text(text)?),
        JsonAnswer {
            text: None,
            news: Some(news),
            image: None,
        } => Ok(ReplyContent::news(
            news.title,
            news.description,
            &news.picture,
            &news.url,
            public_url,
        )?),
        JsonAnswer {
            text: None,
            news: None,
            image: Some(image),
        } => Ok(ReplyContent::image(image)?),
        JsonAnswer { .. } => Err(NoAnswer::NotJson),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<ReplyContent, NoAnswer> {
        read_json(status, body.as_bytes(), &Url::parse("https://fans.example/").unwrap())
    }

    #[test]
    fn a_text_a_card_or_a_picture_is_an_answer() {
        assert_eq!(
            read(200, r#"{"text":"你好"}"#),
            Ok(ReplyContent::Text("你好".to_owned()))
        );
        assert_eq!(
            read(200, r#"{"image":"media-1","more":1}"#),
            Ok(ReplyContent::Image("media-1".to_owned()))
        );
        let news = read(200, r#"{"news":{"title":"会员","url":"/me"}}"#).unwrap();
        assert!(matches!(news, ReplyContent::News { url, .. } if url == "https://fans.example/me"));
    }

    #[test]
    fn anything_else_is_none() {
        for (status, body, expected) in [
            (204, "", NoAnswer::Nothing),
            (200, " ", NoAnswer::Nothing),
            (202, r#"{"text":"late"}"#, NoAnswer::Status(202)),
            (200, "success", NoAnswer::NotJson),
            (200, "[]", NoAnswer::NotJson),
            (200, "{}", NoAnswer::NotJson),
            (200, r#"{"text":"a","image":"b"}"#, NoAnswer::NotJson),
            (200, r#"{"text":1}"#, NoAnswer::NotJson),
        ] {
            assert_eq!(read(status, body), Err(expected), "{body}");
        }
        for shown in [
            r#"{"text":""}"#.to_owned(),
            format!(r#"{{"text":"{}"}}"#, "a".repeat(2049)),
            r#"{"text":"\u0008"}"#.to_owned(),
        ] {
            assert!(matches!(read(200, &shown), Err(NoAnswer::NotShown(..))), "{shown}");
        }
    }
}
