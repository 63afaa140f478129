//! The XML of pushes: fields within `<xml>`. What other XML may have, above all entities of one's own, is refused.

use quick_xml::{
    Reader,
    events::{BytesRef, Event},
};

use crate::domain::{PushMessage, PushValue};

/// Levels of fields within fields. The platform's have three.
const MAX_DEPTH: usize = 8;
/// Fields of a push, at all levels. A photo event has some thirty.
const MAX_FIELDS: usize = 1000;

/// Why a body is no push.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// No well-formed XML.
    #[error("the body is not well-formed XML")]
    Syntax(#[from] quick_xml::Error),
    /// XML that declares a document type or uses an entity that is not built in.
    #[error("the XML has a document type or entities of its own")]
    Entities,
    /// The root is not `<xml>`, or the body ends too early.
    #[error("the XML is not one element `xml`")]
    Root,
    /// Too deep, or too many fields.
    #[error("the XML has too many levels or fields")]
    TooMuch,
    /// No well-formed JSON object.
    #[error("the body is not a JSON object")]
    Json(#[from] serde_json::Error),
}

/// An element that is not closed yet.
#[derive(Default)]
struct Open {
    name: String,
    text: String,
    fields: Vec<(String, PushValue)>,
}

impl Open {
    fn close(self) -> (String, PushValue) {
        let value = match self.fields.is_empty() {
            true => PushValue::Text(self.text),
            // Blanks between the fields.
            false => PushValue::Fields(self.fields),
        };
        (self.name, value)
    }
}

/// Reads a push. Bytes that are not UTF-8 are replaced.
///
/// # Errors
/// [`XmlError`].
pub fn parse_xml(body: &[u8]) -> Result<PushMessage, XmlError> {
    let text = String::from_utf8_lossy(body);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    // A link in a message may have a bare `&`.
    reader.config_mut().allow_dangling_amp = true;
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut count = 0_usize;
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                count = count.saturating_add(1);
                if root.is_some() {
                    return Err(XmlError::Root);
                }
                if open.len() >= MAX_DEPTH || count > MAX_FIELDS {
                    return Err(XmlError::TooMuch);
                }
                let name = start.name().as_ref().to_owned();
                open.push(Open {
                    name,
                    ..Open::default()
                });
            }
            Event::End(_) => {
                let closed = open.pop().ok_or(XmlError::Root)?.close();
                match open.last_mut() {
                    Some(parent) => parent.fields.push(closed),
                    None => root = Some(closed),
                }
            }
            Event::Text(text) => append(&mut open, &text.xml10_content()),
            Event::CData(text) => append(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => append(&mut open, &resolve(&reference)?),
            Event::DocType(_) => return Err(XmlError::Entities),
            // An empty element is a start and an end, as the reader was told.
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    match root {
        Some((name, value)) if name == "xml" && open.is_empty() => Ok(PushMessage {
            fields: match value {
                PushValue::Fields(fields) => fields,
                PushValue::Text(_) => Vec::new(),
            },
        }),
        _ => Err(XmlError::Root),
    }
}

fn append(open: &mut [Open], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// The text of `&amp;`, `&#38;` and the like.
fn resolve(reference: &BytesRef<'_>) -> Result<String, XmlError> {
    if reference.is_char_ref() {
        let letter = reference.resolve_char_ref()?;
        return Ok(letter.map(String::from).unwrap_or_default());
    }
    let text = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content());
    text.map(str::to_owned).ok_or(XmlError::Entities)
}

/// Writes a push as the platform does: texts in CDATA, whole numbers bare.
pub fn write_xml(fields: &[(String, PushValue)]) -> String {
    let mut xml = String::from("<xml>");
    write_fields(&mut xml, fields);
    xml.push_str("</xml>");
    xml
}

/// Appends each field as an element. A name that cannot be written is left out.
pub(super) fn write_fields(xml: &mut String, fields: &[(String, PushValue)]) {
    for (name, value) in fields {
        let name: String = name
            .chars()
            .filter(|letter| letter.is_alphanumeric() || "_-.".contains(*letter))
            .collect();
        // Nothing that can be written: no element's name begins with a digit or is empty.
        if !name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
            continue;
        }
        xml.extend(["<", &name, ">"]);
        match value {
            PushValue::Text(text) if is_number(text) => xml.push_str(text),
            PushValue::Text(text) => push_cdata(xml, text),
            PushValue::Fields(fields) => write_fields(xml, fields),
        }
        xml.extend(["</", &name, ">"]);
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Appends a text that may contain the end of CDATA, which is split. Characters that XML cannot hold are left out.
pub(super) fn push_cdata(xml: &mut String, text: &str) {
    let allowed = |letter: &char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r') || *letter >= '\u{80}';
    let text: String = text.chars().filter(allowed).collect();
    xml.push_str("<![CDATA[");
    xml.push_str(&text.replace("]]>", "]]]]><![CDATA[>"));
    xml.push_str("]]>");
}

#[cfg(test)]
mod tests;
