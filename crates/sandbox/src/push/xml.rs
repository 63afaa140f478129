//! Fields as the XML of a push.

use serde_json::{Map, Value};

/// A field of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// In CDATA.
    Text(String),
    /// As it is, as the platform writes numbers.
    Number(String),
    Group(Fields),
}

/// Names and values in the order in which they are written; a name may stand there twice.
pub type Fields = Vec<(String, Field)>;

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Field {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

/// A push or a reply as XML.
pub fn write(fields: &Fields) -> String {
    format!("<xml>{}</xml>", inner(fields))
}

fn inner(fields: &Fields) -> String {
    let field = |(name, field): &(String, Field)| match field {
        Field::Text(text) => format!("<{name}>{}</{name}>", cdata(text)),
        Field::Number(number) => format!("<{name}>{number}</{name}>"),
        Field::Group(fields) => format!("<{name}>{}</{name}>", inner(fields)),
    };
    fields.iter().map(field).collect()
}

/// The end of a section inside the text is spread over two sections. Characters that XML does not have are left out.
fn cdata(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|each| matches!(each, '\t' | '\n' | '\r') || (*each >= ' ' && !matches!(each, '\u{fffe}' | '\u{ffff}')))
        .collect();
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// Fields of the control API: texts, numbers, groups as objects, and lists for a name that stands there several times.
///
/// # Errors
///
/// The name of a field that XML cannot have.
pub fn from_json(fields: &Map<String, Value>) -> Result<Fields, String> {
    let mut read = Fields::new();
    for (name, value) in fields {
        if !is_name(name) {
            return Err(name.clone());
        }
        match value {
            Value::Array(values) => {
                for value in values {
                    read.push((name.clone(), one(value)?));
                }
            }
            value => read.push((name.clone(), one(value)?)),
        }
    }
    Ok(read)
}

fn one(value: &Value) -> Result<Field, String> {
    Ok(match value {
        Value::String(text) => Field::Text(text.clone()),
        Value::Object(fields) => Field::Group(from_json(fields)?),
        value => Field::Number(value.to_string()),
    })
}

/// Blanks around a name are none of XML; a raw push can have what it likes.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_in_sections_and_numbers_are_not() {
        let fields = json!({"Content": "a]]>b\u{8}", "Count": 2, "Item": [{"X": "1"}, {"X": "2"}]});
        assert_eq!(
            write(&from_json(fields.as_object().unwrap()).unwrap()),
            "<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content><Count>2</Count>\
             <Item><X><![CDATA[1]]></X></Item><Item><X><![CDATA[2]]></X></Item></xml>"
        );
    }

    #[test]
    fn a_name_that_xml_cannot_have_is_named() {
        for name in ["", " a", "<a", "1a"] {
            let fields = json!({ name: "x" });
            assert_eq!(from_json(fields.as_object().unwrap()), Err(name.to_owned()));
        }
    }
}
