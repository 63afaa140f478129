use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::domain::trim_blanks;

/// The fields of an answer, each read as what it is wanted for: the platform writes numbers as text and text as numbers.
///
/// Nested values are skipped, not read, so that their depth costs no stack.
pub(super) struct Fields(Vec<(String, Field)>);

enum Field {
    Text(String),
    /// As it is written.
    Number(String),
    Bool(bool),
    Null,
    Nested,
}

/// A value that is there and cannot be read as what it is wanted for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl Fields {
    /// A text without its control characters; empty if there is none. Of two the later counts.
    pub(super) fn text(&self, name: &str) -> String {
        match self.all(name).last() {
            Some(Field::Text(text) | Field::Number(text)) => text.chars().filter(|c| !c.is_control()).collect(),
            Some(Field::Bool(_) | Field::Null | Field::Nested) | None => String::new(),
        }
    }

    /// An openid, a unionid or a token: visible ASCII characters, without what surrounds them. None if there is none,
    /// or if it may be another one than was sent: something broken inside, or two that differ.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        let mut found = None;
        for field in self.all(name).filter(|field| !matches!(field, Field::Null)) {
            let Field::Text(text) = field else { return None };
            let id = trim_blanks(text);
            if id.is_empty()
                || !id.bytes().all(|byte| byte.is_ascii_graphic())
                || found.is_some_and(|other| other != id)
            {
                return None;
            }
            found = Some(id);
        }
        found.map(str::to_owned)
    }

    /// A whole number, also one that is written as text or as `7200.0`; none if there is none.
    pub(super) fn whole_number(&self, name: &str) -> Option<i64> {
        self.all(name).last().and_then(Field::whole_number)
    }

    /// The platform's error number: 0 says that there is no error, none that nothing is said. Of two the worse counts.
    pub(super) fn errcode(&self) -> Result<Option<i64>, Unreadable> {
        let mut errcode = None;
        for field in self.all("errcode").filter(|field| !field.is_empty()) {
            let number = field.whole_number().ok_or(Unreadable)?;
            errcode = errcode.filter(|known| *known != 0).or(Some(number));
        }
        Ok(errcode)
    }

    /// Whether a mark is set. What is not plainly "no" sets it.
    pub(super) fn is_truthy(&self, name: &str) -> bool {
        self.all(name).any(Field::is_truthy)
    }

    fn all(&self, name: &str) -> impl DoubleEndedIterator<Item = &Field> {
        let named = self.0.iter().filter(move |(own, _)| own == name);
        named.map(|(_, field)| field)
    }
}

impl Field {
    fn new(raw: &RawValue) -> Self {
        let raw = raw.get();
        match raw.bytes().next() {
            Some(b'"') => serde_json::from_str(raw).map_or(Self::Nested, Self::Text),
            Some(b'-' | b'0'..=b'9') => Self::Number(raw.to_owned()),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Nested,
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Null) || matches!(self, Self::Text(text) if trim_blanks(text).is_empty())
    }

    fn whole_number(&self) -> Option<i64> {
        let (Self::Text(text) | Self::Number(text)) = self else {
            return None;
        };
        let text = trim_blanks(text);
        text.parse().ok().or_else(|| {
            let number: f64 = text.parse().ok().filter(|number: &f64| number.fract() == 0.0)?;
            format!("{number:.0}").parse().ok()
        })
    }

    fn is_truthy(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) => false,
            Self::Text(text) if trim_blanks(text).eq_ignore_ascii_case("false") => false,
            _ => !self.is_empty() && self.whole_number() != Some(0),
        }
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, raw)) = map.next_entry::<String, &RawValue>()? {
            fields.push((name, Field::new(raw)));
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &str) -> Fields {
        serde_json::from_str(body).unwrap()
    }

    fn field(value: &str) -> Fields {
        fields(&format!(r#"{{"a":{value}}}"#))
    }

    #[test]
    fn a_whole_number_is_read_in_every_spelling() {
        for (value, number) in [
            ("7200", Some(7200)),
            ("\"7200\"", Some(7200)),
            ("\" 7200\\u3000\\u0000\"", Some(7200)),
            ("7200.0", Some(7200)),
            ("\"7200.00\"", Some(7200)),
            ("7.2e3", Some(7200)),
            ("-1", Some(-1)),
            ("\"-1\"", Some(-1)),
            ("7200.5", None),
            ("1e999", None),
            ("\"inf\"", None),
            ("\"NaN\"", None),
            ("\"72 00\"", None),
            ("\"\"", None),
            ("null", None),
            ("true", None),
            ("[7200]", None),
        ] {
            assert_eq!(field(value).whole_number("a"), number, "{value}");
        }
    }

    #[test]
    fn a_text_may_come_as_a_number_and_loses_its_control_characters() {
        for (value, text) in [
            (r#""a\u0000b\u007f\u0085\n""#, "ab"),
            ("7", "7"),
            ("\"\"", ""),
            ("null", ""),
            ("true", ""),
            ("[\"a\"]", ""),
            ("{\"a\":1}", ""),
        ] {
            assert_eq!(field(value).text("a"), text, "{value}");
        }
        assert_eq!(fields("{}").text("a"), "");
        assert_eq!(fields(r#"{"a":"b","a":"c"}"#).text("a"), "c");
    }

    #[test]
    fn an_id_is_trimmed_and_never_mended() {
        for (body, id) in [
            (r#"{"a":"oMade-Up_1"}"#, Some("oMade-Up_1")),
            (r#"{"a":"\ufeff \u0000oMadeUp\u3000\n"}"#, Some("oMadeUp")),
            (r#"{"a":"oMadeUp","a":" oMadeUp","a":null}"#, Some("oMadeUp")),
            (r#"{"a":"oMadeUp","a":"oMadeUp2"}"#, None),
            (r#"{"a":"oMade\u0008Up"}"#, None),
            (r#"{"a":"oMade Up"}"#, None),
            (r#"{"a":"oMadeUp\ufffd"}"#, None),
            (r#"{"a":" "}"#, None),
            (r#"{"a":""}"#, None),
            (r#"{"a":null}"#, None),
            (r#"{"a":17}"#, None),
            ("{}", None),
        ] {
            assert_eq!(fields(body).id("a").as_deref(), id, "{body}");
        }
    }

    #[test]
    fn an_errcode_that_cannot_be_read_is_no_success() {
        for (body, errcode) in [
            ("{}", Ok(None)),
            (r#"{"errcode":null}"#, Ok(None)),
            (r#"{"errcode":""}"#, Ok(None)),
            (r#"{"errcode":0}"#, Ok(Some(0))),
            (r#"{"errcode":" 0 "}"#, Ok(Some(0))),
            (r#"{"errcode":"40029"}"#, Ok(Some(40029))),
            (r#"{"errcode":40029.0,"errcode":0}"#, Ok(Some(40029))),
            (r#"{"errcode":0,"errcode":40029}"#, Ok(Some(40029))),
            (r#"{"errcode":0,"errcode":"many"}"#, Err(Unreadable)),
            (r#"{"errcode":[]}"#, Err(Unreadable)),
            (r#"{"errcode":true}"#, Err(Unreadable)),
            (r#"{"errcode":1e999}"#, Err(Unreadable)),
        ] {
            assert_eq!(fields(body).errcode(), errcode, "{body}");
        }
    }

    #[test]
    fn a_mark_is_set_unless_it_is_plainly_not() {
        for (value, set) in [
            ("1", true),
            ("\"1\"", true),
            ("\" 1 \"", true),
            ("1.0", true),
            ("true", true),
            ("\"true\"", true),
            ("\"yes\"", true),
            ("[]", true),
            ("0", false),
            ("0.0", false),
            ("\"0\"", false),
            ("\" 0 \"", false),
            ("\"\"", false),
            ("\"false\"", false),
            ("false", false),
            ("null", false),
        ] {
            assert_eq!(field(value).is_truthy("a"), set, "{value}");
        }
        assert!(!fields("{}").is_truthy("a") && fields(r#"{"a":1,"a":0}"#).is_truthy("a"));
    }

    #[test]
    fn nested_values_of_any_depth_are_skipped() {
        let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
        let fields = fields(&format!(r#"{{"a":"b","deep":{deep},"nickname":{deep}}}"#));
        assert_eq!((fields.text("a"), fields.text("nickname")), ("b".into(), String::new()));
    }
}
