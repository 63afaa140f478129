use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::domain::trim_blanks;

/// The fields of a response. The reader chooses the type: the platform writes numbers as text and text as numbers.
///
/// Nested values are skipped, so their depth costs no stack.
pub(super) struct Fields(Vec<(String, Field)>);

enum Field {
    Text(String),
    /// As the platform wrote it.
    Number(String),
    Bool(bool),
    Null,
    Nested,
}

/// A value that is present and does not have the type that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl Fields {
    /// A text without its control characters; empty if there is none. Of two the last counts.
    pub(super) fn text(&self, name: &str) -> String {
        match self.all(name).last() {
            Some(Field::Text(text) | Field::Number(text)) => text.chars().filter(|c| !c.is_control()).collect(),
            Some(Field::Bool(_) | Field::Null | Field::Nested) | None => String::new(),
        }
    }

    /// An openid, a unionid or a token: visible ASCII characters, trimmed. `None` if there is none, or if it may not be
    /// the one that was sent: broken characters inside, or two that differ.
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

    /// A whole number, even if it is written as text or as `7200.0`.
    pub(super) fn whole_number(&self, name: &str) -> Option<i64> {
        self.all(name).last().and_then(Field::whole_number)
    }

    /// The platform's error number. 0 means no error; `None`: the field is absent. Of two the first that is not 0
    /// counts.
    pub(super) fn errcode(&self) -> Result<Option<i64>, Unreadable> {
        let mut errcode = None;
        for field in self.all("errcode").filter(|field| !field.is_empty()) {
            let number = field.whole_number().ok_or(Unreadable)?;
            errcode = errcode.filter(|known| *known != 0).or(Some(number));
        }
        Ok(errcode)
    }

    /// Whether a flag is set. Everything but a clear "no" sets it.
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
mod tests;
